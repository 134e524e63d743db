-- What is forecast: units and net amount of each level and key, a row a day on which something happened.
-- A key that began before :since has one row of nothing there for all its earlier days, so that its series begins with the history that is kept.
with days as (
    select level, key, date, net_amount, units
    from daily_sales
    where date >= :since and (level in ('total', 'country', 'category') or key in (select item_id from items))
    union all
    select level, key, max(date) as date, cast(0 as decimal(28, 7)) as net_amount, cast(0 as decimal(18, 3)) as units
    from daily_sales
    where date < :since and (level in ('total', 'country', 'category') or key in (select item_id from items))
    group by level, key
)
select level, key, 'net_amount' as measure, date, cast(net_amount as double) as value
from days
union all
select level, key, 'units' as measure, date, cast(units as double) as value
from days
