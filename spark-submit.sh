#!/usr/bin/env bash
# Runs analytics as the driver of an Apache Spark application, by the spark-submit of SPARK_HOME. Builds and packs what is missing first.
# usage: ./spark-submit.sh [--dry-run] [spark-submit options] COMMAND [ARGUMENTS]       (COMMAND as in ./analytics --help; docs/spark.md)
#   ./spark-submit.sh --master 'local[2]' run nightly
#   ./spark-submit.sh --master spark://host:7077 --executor-memory 2g run nightly --input /shared/2011 --lake /shared/lake
# --dry-run prints the command and does nothing.
set -euo pipefail
home=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd -P)
out=$home/.build/spark
fail() { local code=$1; shift; printf 'spark-submit.sh: %s\n' "$@" >&2; exit "$code"; }
usage() { sed -n '2,6s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

# Spark's options come first; the first word that is no option, nor an option's value, is the command.
dry=no options=() mode=client named=no archives= master=
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --dry-run) dry=yes; shift ;;
    -v | --verbose | --supervise) options+=("$1"); shift ;;
    --deploy-mode=*) mode=${1#*=}; options+=("$1"); shift ;;
    --archives=*) archives=${1#*=}; shift ;;
    --name=*) named=yes; options+=("$1"); shift ;;
    --master=*) master=${1#*=}; options+=("$1"); shift ;;
    --*=*) options+=("$1"); shift ;;
    -*)
      [ $# -gt 1 ] || fail 2 "$1 has no value"
      case $1 in
        --deploy-mode) mode=$2; options+=("$1" "$2") ;;
        --archives) archives=$2 ;;
        --name) named=yes; options+=("$1" "$2") ;;
        --master) master=$2; options+=("$1" "$2") ;;
        *) options+=("$1" "$2") ;;
      esac
      shift 2 ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || { usage >&2; fail 2 "no command: name one behind Spark's options, such as: run nightly"; }
[ "$mode" = client ] || [ "$mode" = cluster ] || fail 2 "--deploy-mode $mode: client or cluster is expected"

[ -n "${SPARK_HOME:-}" ] || fail 4 "SPARK_HOME is not set: it must name the folder of Apache Spark (3.5 or 4.x)." "Unpack Spark, then export SPARK_HOME=/path/to/spark"
[ -x "$SPARK_HOME/bin/spark-submit" ] || fail 4 "SPARK_HOME=$SPARK_HOME: there is no bin/spark-submit in it. Set SPARK_HOME to the folder that Spark was unpacked into"
core=$(find "$SPARK_HOME/jars/" -maxdepth 1 -name 'spark-core_*.jar' 2>/dev/null | head -1)
version=$(sed -n 's/^.*spark-core_[0-9.]*-\([0-9][0-9.]*[0-9]\).*\.jar$/\1/p' <<<"$core")
case $version in
  3.5.* | 4.*) ;;
  *) fail 4 "SPARK_HOME=$SPARK_HOME is Spark ${version:-of an unknown version}, which is not known to work; expected Spark 3.5 or 4.x. Set SPARK_HOME to one of these" ;;
esac
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
command -v "$java" >/dev/null || fail 4 "Java was not found ($java): Spark $version needs Java 17. Install it (such as the package openjdk-17-jre-headless) or set JAVA_HOME"
major=$("$java" -version 2>&1 | sed -n 's/.*version "\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' | head -1)
[ "${major:-0}" -ge 17 ] || fail 4 "$java is Java ${major:-of an unknown version}: Spark $version needs Java 17 or later here. Install it or set JAVA_HOME"

stale() {
  [ -f "$out/.stamp" ] || return 0
  [ -n "$(find "$home/lib" "$home/jobs" "$home/config" "$home/Directory.Build.props" "$home/Directory.Packages.props" "$home/global.json" \
    \( -name bin -o -name obj \) -prune -o -type f -newer "$out/.stamp" -print -quit 2>/dev/null)" ]
}
build() {
  command -v dotnet >/dev/null || fail 4 "the .NET SDK 10 is missing: install the package dotnet-sdk-10.0 of your system."
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
  local arch worker log=$home/.build/spark.log
  case $(uname -m) in x86_64 | amd64) arch=x64 ;; aarch64 | arm64) arch=arm64 ;; *) fail 4 "no build for the processor $(uname -m): x86_64 and arm64 are supported." ;; esac
  mkdir -p "$home/.build"
  if command -v flock >/dev/null; then exec 9>"$home/.build/spark.lock"; flock 9; stale || { exec 9>&-; return 0; }; fi
  echo "spark-submit.sh: building and packing (once; some minutes) ..." >&2
  touch "$home/.build/spark-started"
  worker=$("$home/scripts/worker.sh" 9>&-)
  rm -rf "$home/.build/spark-next"; mkdir -p "$home/.build/spark-next"
  # With its runtime, so that no node needs any; intermediate files of its own, so that other builds stay as they are.
  if ! (cd "$home" && dotnet publish jobs/Analytics.Jobs/Analytics.Jobs.csproj -c Release -r "linux-$arch" --self-contained -p:DebugType=none \
      --artifacts-path "$home/.build/spark-obj" -o "$home/.build/spark-next/app" -nologo -v quiet) >"$log" 2>&1 9>&-; then
    grep -E 'error' "$log" | sort -u | head -5 >&2 || true
    fail 4 "the build failed; its whole log is $log"
  fi
  rm -f "$home/.build/spark-next/app/"*.xml
  cp "$worker" "$home/.build/spark-next/app/worker"
  cp -r "$home/config" "$home/.build/spark-next/app/config"
  echo "# Spark asks for a Python file; the program of the archive is run instead of it." >"$home/.build/spark-next/analytics.py"
  tar -C "$home/.build/spark-next/app" -czf "$home/.build/spark-next/app.tar.gz" .
  touch -r "$home/.build/spark-started" "$home/.build/spark-next/.stamp"
  rm -rf "$out"; mv "$home/.build/spark-next" "$out"
  [ ! -e "$home/.build/spark.lock" ] || exec 9>&-
}

if [ "$named" = no ]; then
  # YARN knows an application by the name that it was submitted with.
  date= previous=
  for argument in "$@"; do [ "$previous" != --date ] || date=" $argument"; previous=$argument; done
  options+=(--name "analytics$date")
fi
if [ "$mode" = cluster ]; then
  archives=${archives:+$archives,}$out/app.tar.gz#app
  options+=(--conf spark.pyspark.driver.python=./app/analytics)
else
  options+=(--conf "spark.pyspark.driver.python=$out/app/analytics")
fi
# A driver that leaves the work to executors is kept small, one that does the work itself gets the collector for batches, unless the user chose one
# somewhere (two of them keep a JVM from starting). Java's optimising compiler waits ten times as long as in a server: the same as DriverJvm.cs.
arenas=()
if [ "$mode" = client ]; then
  conf=${SPARK_CONF_DIR:-$SPARK_HOME/conf}
  properties=() previous=
  for option in "${options[@]}"; do
    case $option in --properties-file=*) properties=("${option#*=}") ;; esac
    [ "$previous" != --properties-file ] || properties=("$option")
    previous=$option
  done
  # The master as Spark finds it: an option, a setting among them, the properties.
  [ -n "$master" ] || master=$(printf '%s\n' "${options[@]}" | sed -n 's/^\(--conf=\)\{0,1\}spark\.master=//p' | tail -1)
  [ -n "$master" ] || master=$(sed -n 's/^[[:space:]]*spark\.master[[:space:]=:]\{1,\}//p' "${properties[0]:-$conf/spark-defaults.conf}" 2>/dev/null | tail -1 || true)
  collector=Serial
  case $master in "" | local*) collector=Parallel ;; *) [ -n "${MALLOC_ARENA_MAX:-}" ] || arenas=(env MALLOC_ARENA_MAX=2) ;; esac
  chosen=$(cat "$conf/spark-defaults.conf" "$conf/spark-env.sh" "${properties[@]}" 2>/dev/null || true
    printf '%s\n' "${options[@]}" "${SPARK_SUBMIT_OPTS:-}" "${JDK_JAVA_OPTIONS:-}" "${JAVA_TOOL_OPTIONS:-}" "${_JAVA_OPTIONS:-}")
  java_options=()
  grep -q -E -e '-XX:[+-]Use[A-Za-z0-9]+GC' <<<"$chosen" || java_options+=("-XX:+Use${collector}GC")
  grep -q -E -e '-X(int|comp|X:[+-]?(Tier|CompileThreshold))' <<<"$chosen" ||
    java_options+=(-XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000 -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=400000)
  if [ ${#java_options[@]} -gt 0 ] && ! grep -q -F spark.driver.defaultJavaOptions <<<"$chosen"; then options+=(--conf "spark.driver.defaultJavaOptions=${java_options[*]}"); fi
fi
[ -z "$archives" ] || options+=(--archives "$archives")
# Spark's own bars, drawn where the terminal is.
[ "$mode" = cluster ] || options+=(--conf spark.ui.showConsoleProgress=true)
line=("${arenas[@]}" "$SPARK_HOME/bin/spark-submit" "${options[@]}" "$out/analytics.py" "$@")
if [ "$dry" = yes ]; then printf '%q ' "${line[@]}"; echo; exit 0; fi
if stale; then build; fi
# In client mode the program works from this clone; in a cluster's container from the archive.
[ "$mode" = cluster ] || export ANALYTICS_HOME=$home
exec "${line[@]}"
