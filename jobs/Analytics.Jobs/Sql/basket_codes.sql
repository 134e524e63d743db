-- One row a basket: the bucket that it falls into, which evens out work and says nothing, and its item codes with blanks between them.
select cast(sum(i.code) % :buckets as bigint) as bucket, array_join(sort_array(collect_set(cast(i.code as string))), ' ') as codes
from transactions t
join items i on i.item_id = t.item_id
where t.kind = 'sale'
group by t.store_id, t.order_id
