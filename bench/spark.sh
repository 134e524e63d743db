#!/usr/bin/env bash
# The nightly run on Spark beside what people write today: the same Spark, local[2], plain SQL and MLlib, on Online Retail. Prints one table of
# medians, and fails where both do not keep the same lines, find the same itemsets and know the same customers.
# usage: bench/spark.sh [--repeat N] [--grow N] [--driver]
#   --repeat N   how often each side runs, in turns; 3 without it
#   --grow N     also runs the shop N-fold on our side: time, peak memory, and how evenly the tasks were loaded
#   --driver     also runs the shop, N-fold where --grow is given, on a standalone cluster in client mode, so that the driver is a process of its
#                own, with little memory (a heap of 512 MiB, hardly more than the least that Spark takes):
#                the peak memory of Spark's driver, of our program and of the executors, each apart
# Needs ../shared (or ANALYTICS_SHARED) and Java 17. A quarter of an hour.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
shared=${ANALYTICS_SHARED:-$home/../shared}
retail=$shared/data/online_retail/online_retail.csv.gz
[ -f "$retail" ] || { echo "bench/spark.sh: $retail is missing: set ANALYTICS_SHARED" >&2; exit 2; }
SPARK_HOME=${SPARK_HOME:-$("$shared/spark/spark-home")}; export SPARK_HOME SPARK_LOCAL_IP=127.0.0.1
grow=0 repeat=3 driver=no
while [ $# -gt 0 ]; do
  case $1 in
    --grow) grow=${2:?a number}; shift 2 ;;
    --repeat) repeat=${2:?a number}; shift 2 ;;
    --driver) driver=yes; shift ;;
    *) echo "bench/spark.sh: unknown option $1" >&2; exit 2 ;;
  esac
done
work=$(mktemp -d /tmp/analytics-spark-bench-XXXXXX)
cleanup() {
  [ ! -d "$work/cluster" ] || "$shared/spark/standalone" stop "$work/cluster" || true
  rm -rf "$work"
}
trap cleanup EXIT
bench() { "$home/bench/Analytics.Engine.Spark.Bench/bin/Release/net10.0/Analytics.Engine.Spark.Bench" "$@"; }
"$home/scripts/worker.sh" >/dev/null
"$home/analytics" --version >/dev/null
dotnet build "$home/bench/Analytics.Engine.Spark.Bench" -c Release -v q -nologo >/dev/null
TIMEFORMAT='%R %U %S'
# Runs something; its seconds of processor and by the clock go into NAME.cpu.
timed() { local name=$1; shift; { time "$@" 2>"$work/$name.err"; } 2>"$work/$name.time" || { cat "$work/$name.err" >&2; return 1; }; awk '{ print $2 + $3, $1 }' "$work/$name.time" >"$work/$name.cpu"; }
# name, input, master, heap, options of the watch: a night on an empty lake; its lines in NAME.log, its memory in NAME.memory, its tasks in NAME.events
night() {
  mkdir "$work/$1.events"
  night_of() {
    bench watch "$work/$1.memory" "${@:5}" "$home/analytics" run nightly --engine spark --master "$3" --config "$home/config/online-retail.json" --lake "$work/$1" --input "$2" \
      --set "machine.spark_settings.0=spark.driver.memory=$4" --set machine.spark_settings.1=spark.ui.enabled=false --set machine.spark_settings.2=spark.sql.shuffle.partitions=8 \
      --set machine.spark_settings.3=spark.eventLog.enabled=true --set "machine.spark_settings.4=spark.eventLog.dir=file:$work/$1.events" --set machine.spark_settings.5=spark.eventLog.compress=false \
      --set machine.spark_settings.6=spark.executor.memory=768m >"$work/$1.log"
  }
  timed "$1" night_of "$@"
  cat "$work/$1.log" >&2
}
peer() { timed "$1" peer_of "$1"; cat "$work/$1.log" >&2; rm -rf "$work/mllib"; }
peer_of() { bench peer "$retail" "$work/mllib" 'local[2]' >"$work/$1.log"; }
# Seconds of steps in one log: the peer's `step seconds`, our `stage seconds s what`; other lines of ours begin with the same words.
sum() { awk -v steps="$2" 'BEGIN { n = split(steps, s, " "); for (i = 1; i <= n; i++) want[s[i]] = 1 } $1 in want && (NF == 2 || $3 == "s") { sum += $2 } END { printf "%.2f\n", sum }' "$work/$1.log"; }
median() { sort -n | awk '{ v[NR] = $1 } END { if (NR > 0) printf "%.2f", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
span() { sort -n | awk 'NR == 1 { least = $1 } { most = $1 } END { printf "%.1f to %.1f", least, most }'; }
each() { for i in $(seq "$repeat"); do sum "$1$i" "$2"; done; }
cpu() { for i in $(seq "$repeat"); do cut -d ' ' -f "${2:-1}" "$work/$1$i.cpu"; done; }
# A number of the peer's, and the same of ours behind the first word of a line.
theirs() { awk -v what="$1" '$1 == "#" && $3 == what { print $2 }' "$work/peer$2.log"; }
ours() { awk -v stage="$1" -v what="$2" '$1 == stage { for (i = 2; i <= NF; i++) if (index($i, what) == 1) { gsub(",", "", $(i - 1)); print $(i - 1); exit } }' "$work/once$3.log"; }
row() { # what, the peer's steps, our stages; '-' for none
  local a=- b=- x=- y=-
  [ "$2" = - ] || { a=$(each peer "$2" | median) x=$(each peer "$2" | span); }
  [ "$3" = - ] || { b=$(each once "$3" | median) y=$(each once "$3" | span); }
  line "$1" "$a" "$x" "$b" "$y"
}
line() { printf '| %s | %s (%s) | %s (%s) | %s |\n' "$1" "$2" "$3" "$4" "$5" "$(awk -v a="$2" -v b="$4" 'BEGIN { if (a + 0 > 0 && b + 0 > 0) printf "%.2f", a / b; else printf "-" }')"; }
failed=0
for i in $(seq "$repeat"); do
  peer "peer$i"
  night "once$i" "$retail" 'local[2]' 1g
  for pair in "lines ingest kept" "itemsets mine itemsets" "customers segment customers"; do
    read -r what stage word <<<"$pair"
    [ "$(theirs "$what" "$i")" = "$(ours "$stage" "$word" "$i")" ] || { echo "bench/spark.sh: SQL and MLlib have $(theirs "$what" "$i") $what, ours has $(ours "$stage" "$word" "$i")" >&2; failed=1; }
  done
  [ "$i" = "$repeat" ] || rm -rf "$work/once$i"
done
echo "medians of $repeat runs each, in turns, the least and the most in brackets; load of the machine at the end: $(cut -d ' ' -f 1-3 /proc/loadavg)"
echo "| step | SQL and MLlib s | ours s | ratio |"
echo "|---|---|---|---|"
row "the bare read of the CSV, typed, nothing written" read -
row "lines: read, clean, write by date (ours: five fates, line numbers, rejects)" lines ingest
row "daily sales by country, item and in total" sales sales
row "itemsets and rules at support 0.01, with baskets" 'baskets itemsets rules' mine
row "customers: measures and clusters of k = 3 to 8" 'rfm kmeans' segment
row "all of these" 'lines sales baskets itemsets rules rfm kmeans' 'ingest sales mine segment'
row "forecasts; report and publishing (no peer)" - 'forecast publish'
line "whole processes with the start of Spark (ours with forecasts, report and publishing), by the clock" "$(cpu peer 2 | median)" "$(cpu peer 2 | span)" "$(cpu once 2 | median)" "$(cpu once 2 | span)"
line "the same, seconds of processor" "$(cpu peer | median)" "$(cpu peer | span)" "$(cpu once | median)" "$(cpu once | span)"
grep -h '^#' "$work/peer$repeat.log" | sed 's/^#/MLlib:/'; grep '^mine ' "$work/once$repeat.log"
memory() { echo; echo "peak memory of $1, MiB, and processes:"; cat "$work/$1.memory"; }
memory "once$repeat"
echo; bench stages "$work/once$repeat.events"
files=$retail
if [ "$grow" -gt 0 ]; then
  # N shops side by side: orders of their own, the same customers and items.
  files=$work/files; mkdir "$files"
  for i in $(seq "$grow"); do
    zcat "$retail" | awk -v n="$i" 'NR == 1 { print; next } { c = substr($0, 1, 1) == "C" ? "C" : ""; print c n substr($0, length(c) + 1) }' | gzip -1 >"$files/shop-$i.csv.gz"
  done
  night grown "$files" 'local[2]' 1g
  rm -rf "$work/grown"
  echo; echo "| stage | once s | $grow shops s | times |"; echo "|---|---|---|---|"
  for stage in ingest sales mine forecast segment publish; do
    awk -v stage="$stage" -v a="$(each once "$stage" | median)" -v b="$(sum grown "$stage")" 'BEGIN { printf "| %s | %s | %s | %.1f |\n", stage, a, b, b / a }'
  done
  memory grown
  echo; bench stages "$work/grown.events" 2
fi
if [ "$driver" = yes ]; then
  master=$("$shared/spark/standalone" start "$work/cluster" 2)
  night apart "$files" "$master" 512m --cluster "$(cat "$work"/cluster/*.pid | paste -sd ,)"
  memory apart
fi
exit $failed
