-- One row a sale order, which is a basket: its number in the order of (store_id, order_id).
with sale_orders as (
    select distinct store_id, order_id
    from transactions
    where kind = 'sale'
)
select cast(row_number() over (order by store_id nulls first, order_id nulls first) - 1 as bigint) as basket, store_id, order_id
from sale_orders
