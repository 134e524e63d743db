-- The contrasts of the greatest difference in confidence, so many of each dimension, with how many there are in all.
with ranked as (
    select dimension, part, antecedent, consequent, antecedent_names, consequent_names, support_count, confidence, other_confidence, q_value,
        row_number() over (
            partition by dimension
            order by abs(coalesce(difference, confidence)) desc nulls last, q_value nulls first, part nulls first, antecedent nulls first, consequent nulls first
        ) as position,
        count(*) over () as contrasts
    from rule_contrasts
)
select dimension, part, antecedent, consequent, antecedent_names, consequent_names, support_count, confidence, other_confidence, q_value,
    cast(contrasts as bigint) as contrasts
from ranked
where position <= :shown
order by dimension nulls first, position nulls first
