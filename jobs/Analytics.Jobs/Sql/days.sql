-- Sale orders of each day with a row.
select date, orders
from daily_sales
where level = 'total'
order by date nulls first
