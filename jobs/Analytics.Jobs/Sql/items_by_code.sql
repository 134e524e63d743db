-- The items in the order of their codes.
select code, item_id, item_name, category, first_date, sale_days
from items
order by code nulls first
