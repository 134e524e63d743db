#!/usr/bin/env bash
# Runs the same night everywhere that Spark runs here, and holds each run's result tables against the embedded engine's.
# usage: scripts/spark-matrix.sh [--online-retail] [CASE ...]      cases: local standalone yarn local-3.5.9 standalone-3.5.9 (all without a name)
#   local        spark-submit --master local[2]
#   standalone   a cluster of two workers on loopback, of which one is killed while the run goes on
#   yarn         cluster mode on YARN and HDFS on loopback: program and worker come from the archive alone
# The night is December of the sample, or with --online-retail the real shop's year. Needs ../shared/spark (or ANALYTICS_SHARED) and Java 17.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
shared=${ANALYTICS_SHARED:-$home/../shared}
[ -x "$shared/spark/spark-home" ] || { echo "spark-matrix: no $shared/spark: set ANALYTICS_SHARED" >&2; exit 2; }
arguments=(--set results.limits.max_rejected_share=0.1) config=sample
if [ "${1:-}" = --online-retail ]; then
  shift; config=online-retail; arguments=(--input "$shared/data/online_retail/online_retail.csv.gz")
else
  for file in "$home"/data/sample/transactions/2025-12-*; do arguments+=(--input "$file"); done
fi
cases=("$@"); [ ${#cases[@]} -gt 0 ] || cases=(local standalone yarn local-3.5.9 standalone-3.5.9)
work=$(mktemp -d /tmp/analytics-matrix-XXXXXX)
failed=0
cleanup() {
  [ ! -d "$work/cluster" ] || "$shared/spark/standalone" stop "$work/cluster" || true
  [ ! -d "$work/hadoop" ] || "$shared/spark/hadoop" stop "$work/hadoop" || true
  rm -rf "$work"
}
trap cleanup EXIT
export SPARK_LOCAL_IP=127.0.0.1
# What a small machine bears; C1 alone, since a night of this size is over before the second compiler has paid for itself.
small=(--driver-memory 1g --executor-memory 768m --conf spark.sql.shuffle.partitions=4 --conf spark.ui.enabled=false
  --conf spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1 --conf spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1)

night() { run nightly --config "$home/config/$config.json" --lake "$1" "${arguments[@]}" "${@:2}"; }
run() { "${program[@]}" run "$@"; }
# The result tables of a run with their hashes, one a line.
hashes() { awk '/"name"/ { name = $2 } /"sha256"/ && !seen[name]++ { print name, $2 }' "$1/results.json"; }
# Which result tables of a lake have other bytes than the embedded engine's.
compare() {
  local latest; latest=$(readlink -f "$1/latest") && [ -d "$latest" ] || { echo "no run was published"; return 1; }
  "$home/analytics" verify --lake "$1" --quiet >/dev/null || { echo "verify found damage"; return 1; }
  local other; other=$(diff <(hashes "$work/duckdb/latest") <(hashes "$latest") | awk '/^[<>]/ { print $2 }' | sort -u | tr -d '",' | paste -sd ' ')
  [ -z "$other" ] || { echo "other bytes: $other"; return 1; }
}

program=("$home/analytics"); night "$work/duckdb" >"$work/duckdb.log" 2>&1 || { cat "$work/duckdb.log" >&2; exit 1; }
for case in "${cases[@]}"; do
  version=4.3.0; kind=$case
  case $case in *-3.5.9) version=3.5.9; kind=${case%-3.5.9} ;; esac
  SPARK_HOME=$("$shared/spark/spark-home" "$version"); export SPARK_HOME
  lake=$work/$case log=$work/$case.log started=$SECONDS code=0
  case $kind in
    local) program=("$home/spark-submit.sh" --master 'local[2]' "${small[@]}"); night "$lake" >"$log" 2>&1 || code=$? ;;
    standalone)
      master=$("$shared/spark/standalone" start "$work/cluster" 2 "$version")
      program=("$home/spark-submit.sh" --master "$master" "${small[@]}")
      night "$lake" >"$log" 2>&1 & pid=$!
      # Killed once its executor works: the run goes on with the other one.
      until compgen -G "$work/cluster/work1/app-*/*/stderr" >/dev/null || ! kill -0 $pid 2>/dev/null; do sleep 0.2; done
      until grep -q '^ingest' "$log" || ! kill -0 $pid 2>/dev/null; do sleep 0.2; done
      "$shared/spark/standalone" kill-worker "$work/cluster" 1
      wait $pid || code=$?
      "$shared/spark/standalone" stop "$work/cluster"; rm -rf "$work/cluster" ;;
    yarn)
      HADOOP_CONF_DIR=$("$shared/spark/hadoop" start "$work/hadoop"); export HADOOP_CONF_DIR
      program=("$home/spark-submit.sh" --master yarn --deploy-mode cluster --num-executors 1 --files "$home/config/$config.json" "${small[@]}")
      run nightly --config "./$config.json" --lake "$lake" "${arguments[@]}" >"$log" 2>&1 || code=$?
      unset HADOOP_CONF_DIR
      [ $code -eq 0 ] || find "$work/hadoop/data/nm-logs" -name 'std*' -exec tail -n 30 {} + >>"$log" 2>/dev/null || true
      "$shared/spark/hadoop" stop "$work/hadoop"; rm -rf "$work/hadoop" ;;
    *) echo "spark-matrix: unknown case $case" >&2; exit 2 ;;
  esac
  if [ $code -eq 0 ] && difference=$(compare "$lake"); then
    printf '%-18s same tables, %4ds\n' "$case" $((SECONDS - started))
  else
    failed=1; printf '%-18s FAILED (code %s) %s\n' "$case" "$code" "${difference:-}"; tail -25 "$log"
  fi
done
exit $failed
