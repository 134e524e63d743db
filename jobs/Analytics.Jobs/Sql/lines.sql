-- Sale and return lines; a sale has the number of its order. A return may lie in a sale's order and has none.
select t.kind, t.order_date, t.item_id, t.country, t.category, t.customer_id, t.quantity, t.amount,
    case when t.kind = 'sale' then o.basket end as basket
from transactions t
left join orders o on o.order_id = t.order_id and o.store_id is not distinct from t.store_id
where t.kind in ('sale', 'return')
