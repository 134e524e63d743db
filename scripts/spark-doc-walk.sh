#!/usr/bin/env bash
# Walks through docs/spark.md as somebody new would: a fresh clone, a home of its own, an environment with nothing but PATH, and every command of
# the document in its order, taken from the document itself; then every other command on the lake on HDFS, and every row of «When it goes wrong»
# that can be provoked. A command or a row that this script does not know fails it. Hosts and paths are replaced, nothing else.
# usage: scripts/spark-doc-walk.sh [4.3.0 | 3.5.9] [commands | lake | wrong ...]      (all three without a name)
# Needs ../shared/spark (or ANALYTICS_SHARED) and Java 17. What was run and printed stays in the folder that the first line names.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
shared=${ANALYTICS_SHARED:-$home/../shared}
[ -x "$shared/spark/spark-home" ] || { echo "spark-doc-walk: no $shared/spark: set ANALYTICS_SHARED" >&2; exit 2; }
version=4.3.0
case ${1:-} in 3.5.9 | 4.3.0) version=$1; shift ;; esac
parts=("$@"); [ ${#parts[@]} -gt 0 ] || parts=(commands lake wrong)
spark=$("$shared/spark/spark-home" "$version")
work=$(mktemp -d /tmp/analytics-walk-XXXXXX)
clone=$work/clone doc=$work/clone/docs/spark.md failed=0 steps=0
echo "walk of docs/spark.md with Spark $version in $work"
stop_cluster() { [ ! -d "$work/cluster" ] || { "$shared/spark/standalone" stop "$work/cluster" || true; rm -rf "$work/cluster"; }; }
cleanup() {
  stop_cluster
  [ ! -d "$work/hadoop" ] || "$shared/spark/hadoop" stop "$work/hadoop" || true
  # What a run that failed left in YARN's containers, found by this script's own folder on their command lines.
  for pid in $(pgrep -f "$work/hadoop/data" || true); do kill -KILL "$pid" 2>/dev/null || true; done
  [ "$failed" -ne 0 ] || rm -rf "$work"
}
trap cleanup EXIT

# The machine of somebody new: system programs, a home without caches but NuGet's packages, no variable of ours.
# Ctrl-C must reach it even where this script was started in the background, which ignores it.
exports=()
bare() { (cd "$clone" && exec env --default-signal=INT -i PATH=/usr/local/bin:/usr/bin:/bin HOME="$work/home" LANG=C.UTF-8 NUGET_PACKAGES="${NUGET_PACKAGES:-$HOME/.nuget/packages}" "${exports[@]}" bash -c "$1"); }
note() { steps=$((steps + 1)); printf '%-8s %4ds  %s\n' "$1" $((SECONDS - started)) "$2"; [ "$1" = ok ] || failed=1; }
# Runs a command line; it must end with this code and print this text (a pattern of grep -E; empty for any).
step() {
  local code=0; started=$SECONDS
  printf '\n$ %s\n' "$3" >>"$work/log"
  bare "$3" >"$work/out" 2>&1 || code=$?
  cat "$work/out" >>"$work/log"; echo "-> $code" >>"$work/log"
  if [ "$code" != "$1" ]; then note "CODE $code" "$3"; tail -15 "$work/out"
  elif [ -n "$2" ] && ! grep -qE -e "$2" "$work/out"; then note "TEXT" "$3 (expected: $2)"; tail -15 "$work/out"
  else note ok "$3"; fi
}
replaced() { sed -e "s|/opt/spark|$spark|g" -e "s|/etc/hadoop/conf|$work/hadoop/conf|g" -e "s|/shared/|$work/shared/|g" <<<"$1"; }

git clone -q "$home" "$clone"
mkdir -p "$work/home" "$work/shared/logs" "$work/gz"
small=("$clone"/data/sample/transactions/2025-12-2[6-9]*.csv "$clone"/data/sample/transactions/2025-12-3*.csv)
cp "${small[@]}" "$work/shared/logs"
for file in "${small[@]}"; do gzip -c "$file" >"$work/gz/$(basename "$file").gz"; done
start_hadoop() {
  [ ! -d "$work/hadoop" ] || return 0
  "$shared/spark/hadoop" start "$work/hadoop" >>"$work/log" 2>&1
  "$shared/spark/hadoop" fs "$work/hadoop" -mkdir -p /shop/2025 >>"$work/log" 2>&1
  "$shared/spark/hadoop" fs "$work/hadoop" -put "${small[@]}" /shop/2025 >>"$work/log" 2>&1
  "$shared/spark/hadoop" fs "$work/hadoop" -put "$work"/gz/* /shop >>"$work/log" 2>&1
}
on_hdfs="SPARK_HOME=$spark HADOOP_CONF_DIR=$work/hadoop/conf"

# Every line of the document's blocks, in order; what is in [brackets] is a form and no command.
walk_commands() {
  while IFS= read -r line; do
    case $line in *'[spark-submit options]'*) continue ;; esac
    command=$(replaced "$line")
    case $command in
      *hdfs:* | *HADOOP_CONF_DIR*) start_hadoop ;;
      *spark://127.0.0.1:7077*) "$shared/spark/standalone" start "$work/cluster" 2 "$version" >>"$work/log" 2>&1 ;;
    esac
    # Hadoop's clients must know the file system that hdfs:/// means.
    case $command in *yarn*) command="export $on_hdfs; $command" ;; esac
    case $command in
      export\ *\;*) ;;
      export\ *) read -ra words <<<"${command#export }"; exports+=("${words[@]}"); continue ;;
    esac
    # A run that is published already would have nothing to do.
    rm -rf "$clone/lake"
    case $command in
      *--dry-run*) step 0 '/bin/spark-submit .*--archives' "$command" ;;
      *deploy-mode\ cluster*) step 0 'final status: SUCCEEDED' "$command" ;;
      *'run nightly'*) step 0 '^published ' "$command" ;;
      *'runs list'*) step 0 '^\*? *2025-12-31 ' "$command" ;;
      *) step 0 '' "$command" ;;
    esac
    stop_cluster
  done < <(sed -n 's/^    \(\.\/.*\|scripts\/.*\|export .*\)$/\1/p' "$doc")
}

# The other commands that the document names for a lake on HDFS, and packed input by a pattern.
walk_lake() {
  start_hadoop
  exports+=("SPARK_HOME=$spark" "HADOOP_CONF_DIR=$work/hadoop/conf")
  step 0 '^published ' "./spark-submit.sh --master 'local[2]' run nightly --input 'hdfs:///shop/2025-*.csv.gz' --lake hdfs:///packed"
  local lake="--lake hdfs:///packed"
  while IFS= read -r name; do
    case $name in
      verify) step 0 'is whole' "./analytics verify latest $lake" ;;
      'runs list') step 0 2025-12-31 "./analytics runs list $lake" ;;
      rollback) step 0 '' "./analytics runs rollback latest $lake" ;;
      prune) step 0 '' "./analytics runs prune --keep-runs 1 $lake" ;;
      anchor) step 0 "queued|final" "./analytics anchor status $lake" ;;
      proof) step 0 '' "./analytics proof latest report.html --out $work/proof.json $lake && test -s $work/proof.json" ;;
      doctor) step 0 'lake' "./analytics doctor $lake" ;;
      payments) step 2 'payments' "./analytics payments fetch $lake" ;;
      web)
        step 0 'Sample shop</title>' "./analytics web $lake --listen 127.0.0.1:8979 >web.log 2>&1 & pid=\$!; for i in \$(seq 60); do curl -sL http://127.0.0.1:8979/ && break; sleep 1; done; kill \$pid; wait \$pid; cat web.log" ;;
      *) started=$SECONDS; note UNKNOWN "command on HDFS: $name" ;;
    esac
  done < <(sed -n 's/^Every other command works on such a lake too: \([^.]*\)\..*/\1/p' "$doc" | grep -o '`[^`]*`' | tr -d '`')
}

mine() { for pid in $(pgrep -f 'SparkSubmit' || true); do if tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -qx "HOME=$work/home"; then echo "$pid"; fi; done; }
# Starts a run, waits until its input is read, does something to it and expects a code, a text, and no Spark left, all within these seconds.
interrupted() { # seconds code text what command
  started=$SECONDS; local code=0 pid
  printf '\n$ %s (%s)\n' "$5" "$4" >>"$work/log"; rm -rf "$work/wrong"
  set -m; bare "exec $5" >"$work/out" 2>&1 & pid=$!; set +m
  until grep -q '^ingest' "$work/out" || ! kill -0 $pid 2>/dev/null; do sleep 0.1; done; sleep 1
  local begun; begun=$(date +%s%N)
  # shellcheck disable=SC2046
  case $4 in killed) kill -KILL $(mine) ;; ctrl-c) kill -INT -- -$pid ;; esac
  wait $pid || code=$?
  local took=$(($(date +%s%N) - begun)); sleep 2
  cat "$work/out" >>"$work/log"; echo "-> $code after $((took / 1000000)) ms" >>"$work/log"
  if [ $code != "$2" ] || ! grep -qE -e "$3" "$work/out" || [ -n "$(mine)" ] || [ $took -gt $(($1 * 1000000000)) ] || [ -e "$work/wrong/latest" ]; then note "CODE $code" "$4, after $((took / 1000000)) ms: $5"; tail -5 "$work/out"
  else note ok "$4, code $code after $((took / 1000000)) ms: $5"; fi
}
walk_wrong() {
  exports+=("SPARK_HOME=$spark")
  local night="run nightly --input $work/shared/logs --lake $work/wrong"
  local own="./analytics $night --engine spark --master 'local[2]'" submitted="./spark-submit.sh --master 'local[2]' $night"
  [ -x "$clone/.build/worker/worker" ] || step 0 '' scripts/worker.sh
  mkdir -p "$work/old/bin" "$work/old/jars" "$work/java11/bin"
  cp "$spark/bin/spark-submit" "$work/old/bin"; touch "$work/old/jars/spark-core_2.12-3.3.2.jar"
  printf '#!/bin/sh\necho "openjdk version \\"11.0.2\\"" >&2\n' >"$work/java11/bin/java"
  printf '#!/bin/sh\ncat >/dev/null; echo "out of luck" >&2; exit 3\n' >"$work/crashes"
  printf '#!/bin/sh\ncat >/dev/null\n' >"$work/silent"; chmod +x "$work/java11/bin/java" "$work/crashes" "$work/silent"
  while IFS= read -r row; do
    case $row in
      'SPARK_HOME is not set'*)
        for command in "$own" "$submitted"; do
          step 4 'SPARK_HOME is not set' "unset SPARK_HOME; $command"
          step 4 'there is no' "SPARK_HOME=/nowhere $command"
          step 4 'is Spark 3.3.2, which is not known to work' "SPARK_HOME=$work/old $command"
        done ;;
      'java is Java 11'*) for command in "$own" "$submitted"; do step 4 'java is Java 11' "JAVA_HOME=$work/java11 $command"; done ;;
      'Spark did not start'*) step 4 "Spark did not start with the master 'nonsense'" "./analytics $night --engine spark --master nonsense" ;;
      'Spark has ended the application'*) step 4 'Spark has ended the application: the master does not answer' "./analytics $night --engine spark --master spark://127.0.0.1:7999" ;;
      "Spark's driver process"*) interrupted 5 4 "Spark's driver process \(the JVM\) is gone" killed "$own" ;;
      '[ERROR_CLASS]'*) ;; # Spark refuses no query of the program; its tests provoke it.
      *OutOfMemoryError*) ;; # Needs millions of lines of one day.
      'Subprocess exited'*) step 4 'Subprocess exited with status 3. Error: out of luck' "ANALYTICS_WORKER=$work/crashes $own" ;;
      *'workers began and M ended'*) step 4 'rows and the workers read' "ANALYTICS_WORKER=$work/silent $own" ;;
      *'files were named'*)
        # A cluster whose nodes have an empty folder in the input's place.
        if unshare -m true 2>/dev/null; then
          unshare -m bash -c "mount -t tmpfs none '$work/shared/logs' && '$shared/spark/standalone' start '$work/cluster' 1 $version" >>"$work/log" 2>&1
          step 4 'files were named and Spark found|is missing on|does not exist' "./analytics $night --engine spark --master spark://127.0.0.1:7077"
          stop_cluster
        else started=$SECONDS; steps=$((steps + 1)); echo "skipped: a node without the input needs the right to mount"; fi ;;
      'the native worker'*) step 4 'the native worker /nowhere is missing' "ANALYTICS_WORKER=/nowhere $own" ;;
      "Hadoop's file systems"*) step 4 "Hadoop's file systems are reached through Spark.*SPARK_HOME is not set" "unset SPARK_HOME; ./analytics runs list --lake hdfs:///lake" ;;
      'lake hdfs'*) step 2 'the embedded engine works on files of this machine alone' "./analytics run nightly --input $work/shared/logs --lake hdfs:///lake" ;;
      'hdfs://...: could not'*) step 4 'hdfs://127.0.0.1:1/.*: could not .*Connection refused' "./analytics runs list --lake hdfs://127.0.0.1:1/lake" ;;
      *) started=$SECONDS; note UNKNOWN "row: $row" ;;
    esac
  done < <(sed -n '/^## When it goes wrong/,/^## /s/^| `\([^`]*\)`.*/\1/p' "$doc")
  interrupted 10 130 'interrupted; the lake is as it was' ctrl-c "$own"
  # Here the JVM, which passes the program's words on, ends by Ctrl-C too, often before them.
  interrupted 10 130 '' ctrl-c "$submitted"
}

for part in "${parts[@]}"; do
  case $part in commands | lake | wrong) exports=(); "walk_$part" ;; *) echo "spark-doc-walk: unknown part $part" >&2; exit 2 ;; esac
done
echo "$steps steps$([ $failed -eq 0 ] && echo ', each as the document says' || echo ", of which some FAILED; $work/log has all output")"
exit $failed
