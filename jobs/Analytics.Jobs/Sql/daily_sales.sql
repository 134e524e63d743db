-- Sales of each level and key on each day with a sale or return.
with sold as (
    -- A sale's order is one text: the length of its store, where it has one, says where the order's number begins. A return has none.
    select order_date as date, item_id, country, category,
        case when kind = 'sale' then coalesce(cast(length(store_id) as string) || ':' || store_id, '') || '/' || order_id end as sale_order,
        case when kind = 'sale' then customer_id end as buyer,
        case when kind = 'sale' then 1 else 0 end as lines,
        case when kind = 'sale' then quantity end as units,
        case when kind = 'sale' then amount end as gross,
        case when kind = 'return' then amount end as returned
    from transactions
    where kind in ('sale', 'return')
),
-- An order has many lines but hardly more than one customer and country: total and country are summed from these few rows.
order_sums as (
    select date, sale_order, buyer, country, sum(lines) as lines,
        cast(sum(units) as decimal(18, 3)) as units, cast(sum(gross) as decimal(28, 7)) as gross, cast(sum(returned) as decimal(28, 7)) as returned
    from sold
    group by date, sale_order, buyer, country
),
keyed as (
    select 'total' as level, '*' as key, date, sale_order, buyer, lines, units, gross, returned from order_sums
    union all
    select 'country' as level, coalesce(country, '(unknown)') as key, date, sale_order, buyer, lines, units, gross, returned
    from order_sums where :has_country
    union all
    select 'category' as level, coalesce(category, '(unknown)') as key, date, sale_order, buyer, lines, units, gross, returned
    from sold where :has_category
    union all
    select 'item' as level, item_id as key, date, sale_order, buyer, lines, units, gross, returned from sold
),
-- Distinct orders and customers are counted by grouping twice: as sets for each of a million groups they do not fit into memory. Returns have no order.
per_order as (
    select level, key, date, sale_order, sum(lines) as lines, sum(units) as units, sum(gross) as gross, sum(returned) as returned
    from keyed
    group by level, key, date, sale_order
),
per_customer as (
    select level, key, date
    from keyed where buyer is not null
    group by level, key, date, buyer
),
parts as (
    select level, key, date, case when sale_order is not null then 1 else 0 end as orders, lines, units, gross, 0 as customers, returned
    from per_order
    union all
    select level, key, date, 0 as orders, 0 as lines, null as units, null as gross, 1 as customers, null as returned
    from per_customer
)
select level, key, date,
    cast(sum(orders) as bigint) as orders,
    cast(sum(lines) as bigint) as lines,
    cast(coalesce(sum(units), 0) as decimal(18, 3)) as units,
    cast(coalesce(sum(gross), 0) as decimal(28, 7)) as gross_amount,
    cast(sum(customers) as bigint) as customers,
    cast(coalesce(sum(returned), 0) as decimal(28, 7)) as return_amount,
    cast(coalesce(sum(gross), 0) + coalesce(sum(returned), 0) as decimal(28, 7)) as net_amount
from parts
group by level, key, date
