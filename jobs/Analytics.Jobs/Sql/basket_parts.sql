-- What each basket belongs to: the country and the date of its sale lines (the first where they differ), and its store.
select o.basket, min(t.country) as country, min(t.order_date) as first_date, min(o.store_id) as store_id
from transactions t
join orders o on o.order_id = t.order_id and o.store_id is not distinct from t.store_id
where t.kind = 'sale'
group by o.basket
