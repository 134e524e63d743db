-- Customers by their segment in the base run and now.
select b.segment as from_segment, s.segment as to_segment, cast(count(*) as bigint) as customers
from segments s
full outer join base_segments b on b.customer_id = s.customer_id
group by b.segment, s.segment
order by from_segment nulls first, to_segment nulls first
