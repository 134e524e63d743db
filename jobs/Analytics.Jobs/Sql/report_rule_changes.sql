-- Rules that one of this run and its base has and the other has not: those of the greatest lift, with how many there are of either kind.
with changed as (
    select false as gone, r.antecedent, r.consequent, r.antecedent_names, r.consequent_names, r.support_count, r.support, r.confidence, r.lift, r.q_value, r.redundant
    from rules r
    where not exists (select 1 from base_rules b where b.antecedent = r.antecedent and b.consequent = r.consequent)
    union all
    select true as gone, b.antecedent, b.consequent, b.antecedent_names, b.consequent_names, b.support_count, b.support, b.confidence, b.lift, b.q_value, b.redundant
    from base_rules b
    where not exists (select 1 from rules r where r.antecedent = b.antecedent and r.consequent = b.consequent)
),
ranked as (
    select antecedent, consequent, antecedent_names, consequent_names, support_count, support, confidence, lift, q_value, redundant, gone,
        row_number() over (
            partition by gone
            order by lift desc nulls last, support_count desc nulls last, confidence desc nulls last, antecedent nulls first, consequent nulls first
        ) as position,
        count(*) over (partition by gone) as rules
    from changed
)
select antecedent, consequent, antecedent_names, consequent_names, support_count, support, confidence, lift, q_value, redundant,
    cast(rules as bigint) as rules, gone
from ranked
where position <= :shown
order by gone nulls first, position nulls first
