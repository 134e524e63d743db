-- Sales of each level and key on each day with a sale or return.
with lines as (
    select t.item_id, t.country, t.category, t.customer_id, t.kind, t.quantity, t.amount, t.order_date, o.basket
    from transactions t
    left join orders o on t.kind = 'sale' and o.order_id = t.order_id and o.store_id is not distinct from t.store_id
    where t.kind in ('sale', 'return')
),
keyed as (
    select 'total' as level, '*' as key, order_date, kind, quantity, amount, customer_id, basket from lines
    union all
    select 'country' as level, coalesce(country, '(unknown)') as key, order_date, kind, quantity, amount, customer_id, basket
    from lines where :has_country
    union all
    select 'category' as level, coalesce(category, '(unknown)') as key, order_date, kind, quantity, amount, customer_id, basket
    from lines where :has_category
    union all
    select 'item' as level, item_id as key, order_date, kind, quantity, amount, customer_id, basket from lines
)
select level, key, order_date as date,
    cast(count(distinct case when kind = 'sale' then basket end) as bigint) as orders,
    cast(sum(case when kind = 'sale' then 1 else 0 end) as bigint) as lines,
    cast(sum(case when kind = 'sale' then quantity else 0 end) as decimal(18, 3)) as units,
    cast(sum(case when kind = 'sale' then amount else 0 end) as decimal(28, 7)) as gross_amount,
    cast(count(distinct case when kind = 'sale' then customer_id end) as bigint) as customers,
    cast(sum(case when kind = 'return' then amount else 0 end) as decimal(28, 7)) as return_amount,
    cast(sum(amount) as decimal(28, 7)) as net_amount
from keyed
group by level, key, order_date
