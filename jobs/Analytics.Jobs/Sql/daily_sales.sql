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
-- Distinct orders and customers are counted by grouping twice: a set for each of a million groups would be far slower.
per_order as (
    select level, key, date, count(*) as lines, sum(quantity) as units, sum(amount) as gross
    from keyed where kind = 'sale'
    group by level, key, date, basket
),
per_customer as (
    select level, key, date
    from keyed where kind = 'sale' and customer_id is not null
    group by level, key, date, customer_id
),
parts as (
    select level, key, date, count(*) as orders, sum(lines) as lines, sum(units) as units, sum(gross) as gross, 0 as customers, 0 as returned
    from per_order group by level, key, date
    union all
    select level, key, date, 0 as orders, 0 as lines, 0 as units, 0 as gross, count(*) as customers, 0 as returned
    from per_customer group by level, key, date
    union all
    select level, key, date, 0 as orders, 0 as lines, 0 as units, 0 as gross, 0 as customers, sum(amount) as returned
    from keyed where kind = 'return' group by level, key, date
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
