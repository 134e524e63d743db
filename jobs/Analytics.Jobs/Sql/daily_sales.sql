-- Sales of each level and key on each day with a sale or return.
with keyed as (
    select 'total' as level, '*' as key, order_date as date, kind, quantity, amount, customer_id, basket from lines
    union all
    select 'country' as level, coalesce(country, '(unknown)') as key, order_date as date, kind, quantity, amount, customer_id, basket
    from lines where :has_country
    union all
    select 'category' as level, coalesce(category, '(unknown)') as key, order_date as date, kind, quantity, amount, customer_id, basket
    from lines where :has_category
    union all
    select 'item' as level, item_id as key, order_date as date, kind, quantity, amount, customer_id, basket from lines
),
-- Distinct orders and customers are counted by grouping twice: a set for each of a million groups would be far slower. Returns have no basket.
per_order as (
    select level, key, date, kind, count(*) as lines, sum(quantity) as units, sum(amount) as amount
    from keyed
    group by level, key, date, kind, basket
),
per_customer as (
    select level, key, date
    from keyed where kind = 'sale' and customer_id is not null
    group by level, key, date, customer_id
),
parts as (
    select level, key, date,
        case when kind = 'sale' then 1 else 0 end as orders, case when kind = 'sale' then lines else 0 end as lines, case when kind = 'sale' then units else 0 end as units,
        case when kind = 'sale' then amount else 0 end as gross, 0 as customers, case when kind = 'return' then amount else 0 end as returned
    from per_order
    union all
    select level, key, date, 0 as orders, 0 as lines, 0 as units, 0 as gross, 1 as customers, 0 as returned
    from per_customer
)
select level, key, date,
    cast(sum(orders) as bigint) as orders,
    cast(sum(lines) as bigint) as lines,
    cast(sum(units) as decimal(18, 3)) as units,
    cast(sum(gross) as decimal(28, 7)) as gross_amount,
    cast(sum(customers) as bigint) as customers,
    cast(sum(returned) as decimal(28, 7)) as return_amount,
    cast(sum(gross) + sum(returned) as decimal(28, 7)) as net_amount
from parts
group by level, key, date
