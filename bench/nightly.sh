#!/usr/bin/env bash
# Prints what the README says about the nightly run: ingest against DuckDB's bare copy, the whole run, one more night;
# with `large` the same shop twenty-fold too (11 million lines; half an hour and 4 GB of disk).
# usage: bench/nightly.sh [large]      the data: ANALYTICS_SHARED, by default ../shared beside the project
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
shop=${ANALYTICS_SHARED:-../shared}/data/online_retail/online_retail.csv.gz
[ -f "$shop" ] || { echo "bench/nightly.sh: $shop is missing: set ANALYTICS_SHARED" >&2; exit 2; }
work=$(mktemp -d "${TMPDIR:-/tmp}/analytics-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
dotnet build bench/Analytics.Bench -c Release -nologo -v quiet -clp:ErrorsOnly
dotnet bench/Analytics.Bench/bin/Release/net10.0/Analytics.Bench.dll nightly "$shop" "$work" "$@"
