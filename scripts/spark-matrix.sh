#!/usr/bin/env bash
# Runs the same night everywhere that Spark runs here, and holds each run's result tables against the embedded engine's.
# usage: scripts/spark-matrix.sh [--online-retail | --small] [CASE ...]   cases: local standalone hdfs yarn store local-3.5.9 standalone-3.5.9 (all without a name)
#   local        spark-submit --master local[2]
#   standalone   a cluster of two workers on loopback, of which one is killed while the run goes on
#   hdfs         local[2] with input and lake on HDFS; then verify, runs list and show, rollback, prune, doctor on that lake without a cluster
#   yarn         cluster mode on YARN, input and lake on HDFS: program and worker come from the archive alone
#   store        the tests of the store over Hadoop's file systems, on HDFS
# The night is December of the sample (--small: its last six days), or with --online-retail the real shop's year.
# Needs ../shared/spark (or ANALYTICS_SHARED) and Java 17.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
shared=${ANALYTICS_SHARED:-$home/../shared}
[ -x "$shared/spark/spark-home" ] || { echo "spark-matrix: no $shared/spark: set ANALYTICS_SHARED" >&2; exit 2; }
arguments=(--set results.limits.max_rejected_share=0.1) config=sample
case ${1:-} in
  --online-retail) shift; config=online-retail; arguments=(); inputs=("$shared/data/online_retail/online_retail.csv.gz") ;;
  --small) shift; inputs=("$home"/data/sample/transactions/2025-12-2[6-9]* "$home"/data/sample/transactions/2025-12-3*) ;;
  *) inputs=("$home"/data/sample/transactions/2025-12-*) ;;
esac
local_inputs=(); for file in "${inputs[@]}"; do local_inputs+=(--input "$file"); done
cases=("$@"); [ ${#cases[@]} -gt 0 ] || cases=(local standalone hdfs yarn store local-3.5.9 standalone-3.5.9)
hdfs=hdfs://127.0.0.1:9820
work=$(mktemp -d /tmp/analytics-matrix-XXXXXX)
failed=0
cleanup() {
  [ ! -d "$work/cluster" ] || "$shared/spark/standalone" stop "$work/cluster" || true
  stop_hadoop
  rm -rf "$work"
}
# The daemons first; then what a run that failed left in YARN's containers, found by this script's own folder on their command lines.
stop_hadoop() {
  [ -d "$work/hadoop" ] || return 0
  "$shared/spark/hadoop" stop "$work/hadoop" || true
  for pid in $(pgrep -f "$work/hadoop/data" || true); do kill -KILL "$pid" 2>/dev/null || true; done
  rm -rf "$work/hadoop"
}
# HDFS and YARN, with the night's files in /shop.
start_hadoop() {
  HADOOP_CONF_DIR=$("$shared/spark/hadoop" start "$work/hadoop"); export HADOOP_CONF_DIR
  "$shared/spark/hadoop" fs "$work/hadoop" -mkdir -p /shop
  "$shared/spark/hadoop" fs "$work/hadoop" -put "${inputs[@]}" /shop
}
# Has a lake on HDFS looked at by commands that start a Spark for nothing but its files, and brings its results here.
look_at_hdfs() {
  local lake=$1 latest
  "$home/analytics" verify --lake "$lake" >>"$log" 2>&1 || { echo "verify found damage"; return 1; }
  "$home/analytics" runs list --lake "$lake" >>"$log" 2>&1 || { echo "runs list failed"; return 1; }
  latest=$("$shared/spark/hadoop" fs "$work/hadoop" -cat "${lake#"$hdfs"}/LATEST" | tail -1) && [ -n "$latest" ] || { echo "no run was published"; return 1; }
  if [ "${2:-}" = all ]; then
    for command in "runs show latest" "runs rollback latest" "runs prune --keep-runs 1" "doctor" "verify"; do
      # shellcheck disable=SC2086
      "$home/analytics" $command --lake "$lake" >>"$log" 2>&1 || { echo "$command failed"; return 1; }
    done
  fi
  mkdir -p "$work/results"; rm -f "$work/results/results.json"
  "$shared/spark/hadoop" fs "$work/hadoop" -get "${lake#"$hdfs"}/$latest/results.json" "$work/results/results.json"
  same "$work/results"
}
trap cleanup EXIT
export SPARK_LOCAL_IP=127.0.0.1
# What a small machine bears; C1 alone, since a night of this size is over before the second compiler has paid for itself.
small=(--driver-memory 1g --executor-memory 768m --conf spark.sql.shuffle.partitions=4 --conf spark.ui.enabled=false
  --conf "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m" --conf "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m")

night() { run nightly --config "$home/config/$config.json" --lake "$1" "${arguments[@]}" "${@:2}"; }
on_hdfs=(--lake "$hdfs/lake" --input "$hdfs/shop")
run() { "${program[@]}" run "$@"; }
# The result tables of a run with their hashes, one a line.
hashes() { awk '/"name"/ { name = $2 } /"sha256"/ && !seen[name]++ { print name, $2 }' "$1/results.json"; }
# Which result tables of a lake have other bytes than the embedded engine's.
compare() {
  local latest; latest=$(readlink -f "$1/latest") && [ -d "$latest" ] || { echo "no run was published"; return 1; }
  "$home/analytics" verify --lake "$1" --quiet >/dev/null || { echo "verify found damage"; return 1; }
  same "$latest"
}
same() {
  local other; other=$(diff <(hashes "$work/duckdb/latest") <(hashes "$1") | awk '/^[<>]/ { print $2 }' | sort -u | tr -d '",' | paste -sd ' ')
  [ -z "$other" ] || { echo "other bytes: $other"; return 1; }
}

program=("$home/analytics"); night "$work/duckdb" "${local_inputs[@]}" >"$work/duckdb.log" 2>&1 || { cat "$work/duckdb.log" >&2; exit 1; }
for case in "${cases[@]}"; do
  version=4.3.0; kind=$case
  case $case in *-3.5.9) version=3.5.9; kind=${case%-3.5.9} ;; esac
  SPARK_HOME=$("$shared/spark/spark-home" "$version"); export SPARK_HOME
  lake=$work/$case log=$work/$case.log started=$SECONDS code=0 difference=
  case $kind in
    local) program=("$home/spark-submit.sh" --master 'local[2]' "${small[@]}"); night "$lake" "${local_inputs[@]}" >"$log" 2>&1 || code=$? ;;
    standalone)
      master=$("$shared/spark/standalone" start "$work/cluster" 2 "$version")
      program=("$home/spark-submit.sh" --master "$master" "${small[@]}")
      night "$lake" "${local_inputs[@]}" >"$log" 2>&1 & pid=$!
      # Killed once its executor works: the run goes on with the other one.
      until compgen -G "$work/cluster/work1/app-*/*/stderr" >/dev/null || ! kill -0 $pid 2>/dev/null; do sleep 0.2; done
      until grep -q '^ingest' "$log" || ! kill -0 $pid 2>/dev/null; do sleep 0.2; done
      "$shared/spark/standalone" kill-worker "$work/cluster" 1
      wait $pid || code=$?
      "$shared/spark/standalone" stop "$work/cluster"; rm -rf "$work/cluster" ;;
    hdfs)
      start_hadoop
      program=("$home/spark-submit.sh" --master 'local[2]' "${small[@]}")
      run nightly --config "$home/config/$config.json" "${arguments[@]}" "${on_hdfs[@]}" >"$log" 2>&1 || code=$?
      [ $code -ne 0 ] || difference=$(look_at_hdfs "$hdfs/lake" all) || code=look
      stop_hadoop; unset HADOOP_CONF_DIR ;;
    yarn)
      start_hadoop
      program=("$home/spark-submit.sh" --master yarn --deploy-mode cluster --num-executors 2 --files "$home/config/$config.json" "${small[@]}")
      run nightly --config "./$config.json" "${arguments[@]}" "${on_hdfs[@]}" >"$log" 2>&1 || code=$?
      [ $code -ne 0 ] || difference=$(look_at_hdfs "$hdfs/lake") || code=look
      [ $code = 0 ] || find "$work/hadoop/data/nm-logs" -name 'std*' -exec tail -n 30 {} + >>"$log" 2>/dev/null || true
      stop_hadoop; unset HADOOP_CONF_DIR ;;
    store)
      start_hadoop
      (cd "$home" && dotnet build tests/Analytics.Engine.Spark.Tests -c Release -nologo -v q -clp:ErrorsOnly \
        && ANALYTICS_TEST_HDFS=$hdfs/test tests/Analytics.Engine.Spark.Tests/bin/Release/net10.0/Analytics.Engine.Spark.Tests -noLogo -noColor -showLiveOutput -class '*HadoopStoreTests') >"$log" 2>&1 || code=$?
      [ $code -ne 0 ] || grep -o 'written at.*' "$log"
      stop_hadoop; unset HADOOP_CONF_DIR ;;
    *) echo "spark-matrix: unknown case $case" >&2; exit 2 ;;
  esac
  case $kind in local | standalone) [ $code -ne 0 ] || difference=$(compare "$lake") || code=compare ;; esac
  if [ "$code" = 0 ]; then
    printf '%-18s %s, %4ds\n' "$case" "$([ "$kind" = store ] && echo 'tests pass' || echo 'same tables')" $((SECONDS - started))
  else
    failed=1; printf '%-18s FAILED (code %s) %s\n' "$case" "$code" "${difference:-}"; tail -25 "$log"
  fi
done
exit $failed
