-- One row a basket: the bucket that it falls into, and its item codes with blanks between them.
select basket % :buckets as bucket, array_join(sort_array(collect_list(cast(code as string))), ' ') as codes
from basket_items
group by basket
