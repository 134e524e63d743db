-- One row a customer with an id and a sale.
with lines as (
    select t.customer_id, t.kind, t.amount, t.order_date, o.basket
    from transactions t
    left join orders o on t.kind = 'sale' and o.order_id = t.order_id and o.store_id is not distinct from t.store_id
    where t.customer_id is not null and t.kind in ('sale', 'return')
)
select customer_id,
    min(case when kind = 'sale' then order_date end) as first_sale,
    max(case when kind = 'sale' then order_date end) as last_sale,
    cast(count(distinct basket) as bigint) as frequency,
    cast(sum(amount) as decimal(28, 7)) as monetary
from lines
group by customer_id
having count(basket) > 0
order by customer_id nulls first
