-- The backtests of all series, in no order: the report takes medians and counts of them.
select level, key, measure, model, folds, mase, smape, rmsse, coverage_80, coverage_95, chosen
from forecast_accuracy
