-- The distinct items of each basket, as codes; in no order.
select distinct o.basket, i.code
from transactions t
join orders o on o.order_id = t.order_id and o.store_id is not distinct from t.store_id
join items i on i.item_id = t.item_id
where t.kind = 'sale'
