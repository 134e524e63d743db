"""statsforecast's models of rare sales on a long table, one process. usage: rare_sales.py TRAIN SEASON HORIZON OUT

TRAIN has columns id, time, value; OUT gets id, horizon and a column a model, as `Analytics.Forecasting.Bench long` reads it, and `always0`, a
forecast of nothing. A JSON line a model says its CPU seconds and on how many series it failed; those have their last value.
"""
import json
import sys
import time
import warnings
from unittest.mock import MagicMock

for name in ["fugue", "fugue.api", "fugue.execution", "fugue.execution.factory", "fugue.collections", "fugue.collections.yielded",
             "fugue.constants", "fugue.dataframe", "fugue.workflow", "triad"]:
    sys.modules[name] = MagicMock()  # its distributed layer is neither installed nor used
warnings.filterwarnings("ignore")
import numpy as np
import pandas as pd
from statsforecast.models import ADIDA, AutoETS, CrostonOptimized, DynamicOptimizedTheta, IMAPA, SimpleExponentialSmoothingOptimized, TSB

path, season, horizon, out = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
models = {
    "imapa": lambda s: IMAPA(),
    "adida": lambda s: ADIDA(),
    "tsb": lambda s: TSB(alpha_d=0.1, alpha_p=0.1),
    "croston": lambda s: CrostonOptimized(),
    "ses": lambda s: SimpleExponentialSmoothingOptimized(),
    "ets": lambda s: AutoETS(season_length=s),
    "dot": lambda s: DynamicOptimizedTheta(season_length=s),
}
table = pd.read_csv(path).sort_values(["id", "time"], kind="stable")
series = [(key, group.value.to_numpy(np.float32)) for key, group in table.groupby("id", sort=False)]
frame = pd.DataFrame({"id": np.repeat([key for key, _ in series], horizon), "horizon": np.tile(np.arange(1, horizon + 1), len(series))})
for name, make in models.items():
    try:
        make(season).forecast(y=series[0][1], h=2)  # compiled before the clock runs
    except Exception:
        pass  # counted below, where it happens again
    forecasts, failed, start = [], 0, time.process_time()
    for _, y in series:
        try:
            f = make(season if len(y) >= 2 * season + 5 else 1).forecast(y=y, h=horizon)["mean"]
        except Exception:
            f, failed = np.repeat(y[-1], horizon), failed + 1
        forecasts.append(np.asarray(f, float))
    frame[name] = np.concatenate(forecasts)
    print(json.dumps({"model": name, "series": len(series), "cpu_s": round(time.process_time() - start, 2), "failed": failed}), flush=True)
frame["always0"] = 0.0
frame.to_csv(out, index=False)
