-- In how many baskets each item is; codes are digits.
with basket_items as (
    select explode(split(codes, ' ')) as code
    from basket_codes
)
select cast(code as int) as code, cast(count(*) as bigint) as baskets
from basket_items
group by code
