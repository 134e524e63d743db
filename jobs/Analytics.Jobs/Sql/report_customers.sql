-- Customers with an id and a sale, in this run and in its base; for runs that have no segments to count.
select cast((select count(distinct customer_id) from transactions where kind = 'sale') as bigint) as customers,
    cast((select count(distinct customer_id) from base_transactions where kind = 'sale') as bigint) as base_customers
