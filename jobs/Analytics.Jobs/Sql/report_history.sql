-- The days before of the series that are drawn.
select s.level, s.key, s.measure, d.date,
    case when s.measure = 'units' then cast(d.units as decimal(28, 7)) else d.net_amount end as value
from daily_sales d
join report_series s on s.level = d.level and s.key = d.key
where d.date >= :since
order by s.level nulls first, s.key nulls first, s.measure nulls first, d.date nulls first
