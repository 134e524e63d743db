-- Sales less returns of lines without a customer id.
select cast(coalesce(sum(amount), 0) as decimal(28, 7)) as amount
from transactions
where customer_id is null and kind in ('sale', 'return')
