-- Pairs of basket and item code, in no order: the reader sorts them by counting.
select basket, code
from basket_items
