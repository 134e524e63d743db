-- The rules of the greatest lift: as many redundant ones as others, with how many there are of either.
with ranked as (
    select antecedent, consequent, antecedent_names, consequent_names, support_count, support, confidence, lift, q_value, redundant,
        row_number() over (
            partition by redundant
            order by lift desc nulls last, support_count desc nulls last, confidence desc nulls last, antecedent nulls first, consequent nulls first
        ) as position,
        count(*) over (partition by redundant) as rules
    from rules
)
select antecedent, consequent, antecedent_names, consequent_names, support_count, support, confidence, lift, q_value, redundant,
    cast(rules as bigint) as rules
from ranked
where position <= :shown
order by redundant nulls first, position nulls first
