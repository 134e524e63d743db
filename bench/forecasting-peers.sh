#!/usr/bin/env bash
# Our models and statsforecast's side by side on all of M3: sMAPE by frequency and CPU seconds, then our default combination.
# usage: bench/forecasting-peers.sh [SHARED] [MODELS]    models as statsforecast_run.py names them; arima and with it scum, the peer's
# ensemble, take 40 minutes of CPU: snaive,ets,ces,dot,theta leaves them out and takes five
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
shared="$(cd "${1:-$root/../shared}" && pwd)"
models="${2:-snaive,ets,ces,dot,theta,arima,scum}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
dotnet build "$root/bench/Analytics.Forecasting.Bench" -c Release -nologo -v quiet
bench="$root/bench/Analytics.Forecasting.Bench/bin/Release/net10.0/Analytics.Forecasting.Bench"
"$bench" export "$shared/data/m3" "$work"
python="$("$shared/peers/peer-python")"
while read -r period season horizon; do
    $python "$shared/peers/statsforecast_run.py" "$work/$period.csv" "$season" "$horizon" "$models" "$work/$period.forecasts.csv" >"$work/$period.log"
done <<'PERIODS'
YEARLY 1 6
QUARTERLY 4 8
MONTHLY 12 18
OTHER 1 8
PERIODS
"$bench" peers "$shared/data/m3" "$work"
"$bench" models "$shared/data/m3" "$work/ours.csv"
"$bench" m3 "$shared/data/m3"
