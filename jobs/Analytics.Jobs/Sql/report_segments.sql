-- The segments, with their customers in the base run.
select s.segment_id, s.segment, s.customers, s.recency_days, s.frequency, s.monetary, s.net_amount, s.silhouette, s.stability,
    b.customers as base_customers
from segment_profiles s
left join base_segment_profiles b on b.segment_id = s.segment_id
order by s.segment_id nulls first
