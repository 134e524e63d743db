-- In how many baskets each item is.
select code, cast(count(*) as bigint) as baskets
from basket_items
group by code
order by code nulls first
