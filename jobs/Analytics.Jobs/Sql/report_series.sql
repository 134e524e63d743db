-- The series that the report draws: both measures of the total, the net amount of every group, and of the items with the greatest forecast.
with sums as (
    select level, key, measure, sum(mean) as ahead
    from forecasts
    where level = 'total' or measure = 'net_amount'
    group by level, key, measure
),
ranked as (
    select level, key, measure, row_number() over (partition by level, measure order by ahead desc nulls last, key nulls first) as position
    from sums
)
select r.level, r.key, r.measure, i.item_name as name
from ranked r
left join items i on r.level = 'item' and i.item_id = r.key
where r.level <> 'item' or r.position <= :items
