#!/usr/bin/env bash
# The nightly run on Spark beside what people write today: the same Spark, local[2], plain SQL and MLlib, on Online Retail. Prints one table.
# usage: bench/spark.sh [--grow N]     --grow N also runs the shop N-fold on our side, with the driver program's peak memory
# Needs ../shared (or ANALYTICS_SHARED) and Java 17. Some minutes.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
shared=${ANALYTICS_SHARED:-$home/../shared}
retail=$shared/data/online_retail/online_retail.csv.gz
[ -f "$retail" ] || { echo "bench/spark.sh: $retail is missing: set ANALYTICS_SHARED" >&2; exit 2; }
SPARK_HOME=${SPARK_HOME:-$("$shared/spark/spark-home")}; export SPARK_HOME SPARK_LOCAL_IP=127.0.0.1
grow=0; [ "${1:-}" != --grow ] || grow=${2:?a number}
work=$(mktemp -d /tmp/analytics-spark-bench-XXXXXX)
trap 'rm -rf "$work"' EXIT
"$home/scripts/worker.sh" >/dev/null
dotnet build "$home/bench/Analytics.Engine.Spark.Bench" -c Release -v q -nologo >/dev/null
"$home/bench/Analytics.Engine.Spark.Bench/bin/Release/net10.0/Analytics.Engine.Spark.Bench" "$retail" 'local[2]' | tee "$work/peer" >&2
night() { # lake, input
  "$home/analytics" run nightly --engine spark --master 'local[2]' --config "$home/config/online-retail.json" --lake "$1" --input "$2" \
    --set machine.spark_settings.0=spark.driver.memory=1g --set machine.spark_settings.1=spark.ui.enabled=false --set machine.spark_settings.2=spark.sql.shuffle.partitions=8
}
night "$work/lake" "$retail" | tee "$work/ours" >&2
peer() { awk -v steps="$1" 'BEGIN { split(steps, s, " "); for (i in s) want[s[i]] = 1 } $1 in want { sum += $2 } END { printf "%.2f", sum }' "$work/peer"; }
ours() { awk -v steps="$1" 'BEGIN { split(steps, s, " "); for (i in s) want[s[i]] = 1 } $1 in want && $3 == "s" { sum += $2 } END { printf "%.2f", sum }' "$work/ours"; }
row() { printf '| %-46s | %8s | %8s | %6s |\n' "$1" "$2" "$3" "$(awk -v a="$2" -v b="$3" 'BEGIN { printf b > 0 ? "%.2f" : "-", b > 0 ? a / b : 0 }')"; }
echo "| step | SQL and MLlib s | ours s | ratio |"
echo "|---|---|---|---|"
row "lines (ours: five fates, 305 sorted dates)" "$(peer read)" "$(ours ingest)"
row "itemsets and rules at support 0.01, with baskets" "$(peer 'baskets itemsets rules')" "$(ours mine)"
row "customers: measures and clusters of k = 3 to 8" "$(peer 'rfm kmeans')" "$(ours segment)"
grep -E '^#' "$work/peer" | sed 's/^#/MLlib:/'; grep -E '^mine ' "$work/ours"
if [ "$grow" -gt 0 ]; then
  # N shops side by side: orders of their own, the same customers and items.
  mkdir "$work/grown"
  for i in $(seq "$grow"); do
    zcat "$retail" | awk -v n="$i" 'NR == 1 { print; next } { c = substr($0, 1, 1) == "C" ? "C" : ""; print c n substr($0, length(c) + 1) }' | gzip -1 >"$work/grown/shop-$i.csv.gz"
  done
  night "$work/lake-grown" "$work/grown" | tee "$work/grown.log" >&2
  echo; echo "growth, $grow shops: stage, seconds once, seconds grown"
  for stage in ingest sales mine forecast segment publish; do
    printf '%-9s %8s %8s\n' "$stage" "$(ours $stage)" "$(awk -v s="$stage" '$1 == s && $3 == "s" { print $2 }' "$work/grown.log")"
  done
fi
