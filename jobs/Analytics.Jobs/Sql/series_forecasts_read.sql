-- The forecasts of all series in the order of their keys, a series' steps after its models.
select *
from series_forecasts
order by level nulls first, key nulls first, measure nulls first, horizon nulls first, model nulls first
