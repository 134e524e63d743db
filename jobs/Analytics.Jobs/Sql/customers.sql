-- One row a customer with an id and a sale.
with per_order as (
    select customer_id, kind, min(order_date) as first_date, max(order_date) as last_date, sum(amount) as amount
    from transactions
    where customer_id is not null and kind in ('sale', 'return')
    group by customer_id, kind, store_id, order_id
)
select customer_id,
    min(case when kind = 'sale' then first_date end) as first_sale,
    max(case when kind = 'sale' then last_date end) as last_sale,
    cast(count(case when kind = 'sale' then 1 end) as bigint) as frequency,
    cast(sum(amount) as decimal(28, 7)) as monetary
from per_order
group by customer_id
having count(case when kind = 'sale' then 1 end) > 0
order by customer_id nulls first
