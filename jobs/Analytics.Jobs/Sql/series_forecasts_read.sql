-- The forecasts of all series, in no order: the reader puts them together by key.
select *
from series_forecasts
