-- Frequent itemsets by size.
select size, cast(count(*) as bigint) as itemsets
from itemsets
group by size
order by size nulls first
