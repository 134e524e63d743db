-- How the series of each level and measure ended: every series has one row a day ahead.
select level, measure, status, cast(count(*) as bigint) as series
from forecasts
where horizon = 1
group by level, measure, status
order by level nulls first, measure nulls first, status nulls first
