-- One row a customer with an id and a sale.
with per_order as (
    select customer_id, basket, min(order_date) as first_date, max(order_date) as last_date, sum(amount) as amount
    from lines
    where customer_id is not null
    group by customer_id, basket
)
select customer_id,
    min(case when basket is not null then first_date end) as first_sale,
    max(case when basket is not null then last_date end) as last_sale,
    cast(count(basket) as bigint) as frequency,
    cast(sum(amount) as decimal(28, 7)) as monetary
from per_order
group by customer_id
having count(basket) > 0
order by customer_id nulls first
