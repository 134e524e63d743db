-- The shop's days, as the report draws them.
select date, gross_amount, return_amount, orders, cast(units as decimal(28, 7)) as units, customers
from daily_sales
where level = 'total'
order by date nulls first
