-- Sale and return lines; a sale has the number of its order.
select t.kind, t.order_date, t.item_id, t.country, t.category, t.customer_id, t.quantity, t.amount, o.basket
from transactions t
join orders o on o.order_id = t.order_id and o.store_id is not distinct from t.store_id
where t.kind = 'sale'
union all
select kind, order_date, item_id, country, category, customer_id, quantity, amount, cast(null as bigint) as basket
from transactions
where kind = 'return'
