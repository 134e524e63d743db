-- How many baskets there are.
select cast(count(*) as bigint) as baskets
from basket_codes
