-- Sums over all dates of this run and of its base; a run without daily sales has no row.
with both_runs as (
    select false as in_base, level, key, orders, lines, units, gross_amount, return_amount from daily_sales where level in ('total', 'item')
    union all
    select true as in_base, level, key, orders, lines, units, gross_amount, return_amount from base_daily_sales where level in ('total', 'item')
)
select in_base,
    cast(sum(case when level = 'total' then gross_amount else 0 end) as decimal(28, 7)) as gross_amount,
    cast(sum(case when level = 'total' then return_amount else 0 end) as decimal(28, 7)) as return_amount,
    cast(sum(case when level = 'total' then orders else 0 end) as bigint) as orders,
    cast(sum(case when level = 'total' then units else 0 end) as decimal(28, 7)) as units,
    cast(count(distinct case when level = 'item' and lines > 0 then key end) as bigint) as items
from both_runs
group by in_base
order by in_base nulls first
