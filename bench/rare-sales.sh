#!/usr/bin/env bash
# Ours and statsforecast's models of rare sales side by side: Online Retail's items by week (8 ahead) and by open day (28 ahead), the end held out.
# usage: bench/rare-sales.sh [SHARED] [BACK]    the folder of data and peers (else ANALYTICS_SHARED, else ../shared); BACK ends the data so many
# horizons earlier
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
shared="$(cd "${1:-${ANALYTICS_SHARED:-$root/../shared}}" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
dotnet build "$root/bench/Analytics.Forecasting.Bench" -c Release -nologo -v quiet
bench="$root/bench/Analytics.Forecasting.Bench/bin/Release/net10.0/Analytics.Forecasting.Bench"
python="$("$shared/peers/peer-python")"
"$bench" rare "$shared/data" "$work" "${2:-0}"
while read -r table horizon season; do
    echo "== $table"
    $python "$root/bench/rare_sales.py" "$work/$table.train.csv" "$season" "$horizon" "$work/$table.forecasts.csv"
    "$bench" long "$work/$table.csv" "$horizon" 1 "$season" "$work/$table.forecasts.csv"
done <<'TABLES'
weeks 8 1
days 28 6
TABLES
