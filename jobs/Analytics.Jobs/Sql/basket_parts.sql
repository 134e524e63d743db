-- What each basket belongs to: the country and the date of its sale lines (the first where they differ), and its store.
select l.basket, min(l.country) as country, min(l.order_date) as first_date, min(o.store_id) as store_id
from lines l
join orders o on o.basket = l.basket
where l.kind = 'sale'
group by l.basket
