-- The distinct items of each basket, as codes; in no order.
select distinct l.basket, i.code
from lines l
join items i on i.item_id = l.item_id
where l.kind = 'sale'
