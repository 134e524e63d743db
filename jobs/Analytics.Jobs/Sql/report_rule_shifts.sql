-- Rules of this run and its base whose confidence differs by a twentieth or more, with the counts of both, for a test in the program.
select r.antecedent, r.consequent, r.antecedent_names, r.consequent_names, r.support_count, r.support, r.confidence, r.lift, r.q_value, r.redundant,
    r.antecedent_count, r.consequent_count, r.baskets,
    b.support_count as base_support_count, b.antecedent_count as base_antecedent_count, b.consequent_count as base_consequent_count, b.baskets as base_baskets
from rules r
join base_rules b on b.antecedent = r.antecedent and b.consequent = r.consequent
where abs(r.confidence - b.confidence) >= 0.05
order by r.antecedent nulls first, r.consequent nulls first
