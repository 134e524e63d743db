-- The rows of daily_sales.sql where there are executors: Spark counts sets of orders and customers in one pass, which the embedded engine
-- would have to hold in memory all at once.
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
-- For Spark, which reads this comment: the rows of a key and day come together once, so that nothing below moves them again.
together as (
    select /*+ repartition(level, key, date) */ level, key, date, sale_order, buyer, lines, units, gross, returned from keyed
)
-- The orders and customers of one key and day are counted as sets. As count(distinct), Spark would send every row three times.
select level, key, date,
    cast(size(collect_set(sale_order)) as bigint) as orders,
    cast(sum(lines) as bigint) as lines,
    cast(coalesce(sum(units), 0) as decimal(18, 3)) as units,
    cast(coalesce(sum(gross), 0) as decimal(28, 7)) as gross_amount,
    cast(size(collect_set(buyer)) as bigint) as customers,
    cast(coalesce(sum(returned), 0) as decimal(28, 7)) as return_amount,
    cast(coalesce(sum(gross), 0) + coalesce(sum(returned), 0) as decimal(28, 7)) as net_amount
from together
group by level, key, date
