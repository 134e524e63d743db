-- What the daily sales add up to.
select cast(count(*) as bigint) as days, min(date) as first_date, max(date) as last_date,
    cast(sum(orders) as bigint) as orders, cast(sum(lines) as bigint) as lines, cast(sum(units) as decimal(28, 7)) as units,
    cast(sum(gross_amount) as decimal(28, 7)) as gross_amount, cast(sum(return_amount) as decimal(28, 7)) as return_amount
from daily_sales
where level = 'total'
