-- The days ahead of the series that are drawn.
select f.level, f.key, f.measure, s.name, f.model, f.status, f.message, f.date, f.mean, f.median, f.lo_80, f.hi_80, f.lo_95, f.hi_95
from forecasts f
join report_series s on s.level = f.level and s.key = f.key and s.measure = f.measure
order by f.level nulls first, f.key nulls first, f.measure nulls first, f.date nulls first
