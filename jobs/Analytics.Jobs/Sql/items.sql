-- One row an item with a sale: its code (in the order of the ids' UTF-8 bytes), and name and category of its last sale.
with sales as (
    select item_id, item_name, category, ordered_at, source_file, source_line, order_date
    from transactions
    where kind = 'sale'
),
spans as (
    select item_id, max(ordered_at) as last_at, min(order_date) as first_date, count(distinct order_date) as sale_days
    from sales
    group by item_id
),
-- Few lines share an item's last moment, so the sort that finds the last of them is small.
last_lines as (
    select s.item_id, s.item_name, s.category,
        row_number() over (partition by s.item_id order by s.source_file desc nulls last, s.source_line desc nulls last) as position
    from sales s
    join spans p on p.item_id = s.item_id and p.last_at = s.ordered_at
)
select cast(row_number() over (order by p.item_id nulls first) - 1 as int) as code,
    p.item_id, l.item_name, l.category, p.first_date, cast(p.sale_days as bigint) as sale_days
from spans p
join last_lines l on l.item_id = p.item_id and l.position = 1
