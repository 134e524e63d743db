-- What is forecast: units and net amount of each level and key, a row a day on which something happened.
select level, key, 'net_amount' as measure, date, cast(net_amount as double) as value
from daily_sales
where level in ('total', 'country', 'category') or key in (select item_id from items)
union all
select level, key, 'units' as measure, date, cast(units as double) as value
from daily_sales
where level in ('total', 'country', 'category') or key in (select item_id from items)
