#!/usr/bin/env bash
# The nightly run on Spark beside what people write today: the same Spark, local[2], plain SQL and MLlib, on Online Retail. Prints one table,
# and fails where both do not keep the same lines, find the same itemsets and know the same customers.
# usage: bench/spark.sh [--grow N]     --grow N also runs the shop N-fold on our side: time, peak memory, and how evenly the tasks were loaded
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
bench() { "$home/bench/Analytics.Engine.Spark.Bench/bin/Release/net10.0/Analytics.Engine.Spark.Bench" "$@"; }
"$home/scripts/worker.sh" >/dev/null
"$home/analytics" --version >/dev/null
dotnet build "$home/bench/Analytics.Engine.Spark.Bench" -c Release -v q -nologo >/dev/null
night() { # name, input: a night on an empty lake; its lines in NAME.log, its memory in NAME.memory, its tasks in NAME.events
  mkdir "$work/$1.events"
  bench watch "$work/$1.memory" "$home/analytics" run nightly --engine spark --master 'local[2]' --config "$home/config/online-retail.json" --lake "$work/$1" --input "$2" \
    --set machine.spark_settings.0=spark.driver.memory=1g --set machine.spark_settings.1=spark.ui.enabled=false --set machine.spark_settings.2=spark.sql.shuffle.partitions=8 \
    --set machine.spark_settings.3=spark.eventLog.enabled=true --set "machine.spark_settings.4=spark.eventLog.dir=file:$work/$1.events" --set machine.spark_settings.5=spark.eventLog.compress=false \
    | tee "$work/$1.log" >&2
}
# Seconds of steps: the peer's `step seconds`, our `stage seconds s what`; other lines of ours begin with the same words.
sum() { awk -v steps="$2" 'BEGIN { n = split(steps, s, " "); for (i = 1; i <= n; i++) want[s[i]] = 1 } $1 in want && (NF == 2 || $3 == "s") { sum += $2 } END { printf "%.2f", sum }' "$work/$1"; }
# A number of the peer's, and the same of ours behind the first word of a line.
theirs() { awk -v what="$1" '$1 == "#" && $3 == what { print $2 }' "$work/peer"; }
ours() { awk -v stage="$1" -v what="$2" '$1 == stage { for (i = 2; i <= NF; i++) if (index($i, what) == 1) { gsub(",", "", $(i - 1)); print $(i - 1); exit } }' "$work/once.log"; }
row() { printf '| %-56s | %8s | %8s | %6s |\n' "$1" "$2" "$3" "$(awk -v a="$2" -v b="$3" 'BEGIN { if (b > 0) printf "%.2f", a / b; else printf "-" }')"; }
bench peer "$retail" "$work/mllib" 'local[2]' | tee "$work/peer" >&2
night once "$retail"
failed=0
for pair in "lines ingest kept" "itemsets mine itemsets" "customers segment customers"; do
  read -r what stage word <<<"$pair"
  [ "$(theirs "$what")" = "$(ours "$stage" "$word")" ] || { echo "bench/spark.sh: SQL and MLlib have $(theirs "$what") $what, ours has $(ours "$stage" "$word")" >&2; failed=1; }
done
echo "| step | SQL and MLlib s | ours s | ratio |"
echo "|---|---|---|---|"
row "the bare read of the CSV, typed, nothing written" "$(sum peer read)" -
row "lines: read, clean, write by date (ours: five fates, line numbers, rejects)" "$(sum peer lines)" "$(sum once.log ingest)"
row "daily sales by country, item and in total" "$(sum peer sales)" "$(sum once.log sales)"
row "itemsets and rules at support 0.01, with baskets" "$(sum peer 'baskets itemsets rules')" "$(sum once.log mine)"
row "customers: measures and clusters of k = 3 to 8" "$(sum peer 'rfm kmeans')" "$(sum once.log segment)"
row "all of these" "$(sum peer 'lines sales baskets itemsets rules rfm kmeans')" "$(sum once.log 'ingest sales mine segment')"
row "forecasts; report and publishing (no peer)" - "$(sum once.log 'forecast publish')"
grep '^#' "$work/peer" | sed 's/^#/MLlib:/'; grep '^mine ' "$work/once.log"
memory() { echo; echo "peak memory of $1, MiB, and processes:"; cat "$work/$1.memory"; }
memory once
echo; bench stages "$work/once.events"
if [ "$grow" -gt 0 ]; then
  # N shops side by side: orders of their own, the same customers and items.
  mkdir "$work/files"
  for i in $(seq "$grow"); do
    zcat "$retail" | awk -v n="$i" 'NR == 1 { print; next } { c = substr($0, 1, 1) == "C" ? "C" : ""; print c n substr($0, length(c) + 1) }' | gzip -1 >"$work/files/shop-$i.csv.gz"
  done
  night grown "$work/files"
  echo; echo "| stage | once s | $grow shops s | times |"; echo "|---|---|---|---|"
  for stage in ingest sales mine forecast segment publish; do
    awk -v stage="$stage" -v a="$(sum once.log "$stage")" -v b="$(sum grown.log "$stage")" 'BEGIN { printf "| %s | %s | %s | %.1f |\n", stage, a, b, b / a }'
  done
  memory grown
  echo; bench stages "$work/grown.events" 2
fi
exit $failed
