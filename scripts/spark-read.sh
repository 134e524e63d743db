#!/usr/bin/env bash
# Reads every table of a run with stock Apache Spark, by path and through tables.sql, and prints schema and counts.
# usage: scripts/spark-read.sh RUN_FOLDER      (such as lake/latest)
# Spark is found by SPARK_HOME, else by the program SPARK_HOME_TOOL that prints it, else by ../shared/spark/spark-home. Java 17 or later is needed.
set -euo pipefail
[ $# -eq 1 ] && [ -f "$1/tables.sql" ] || { echo "usage: scripts/spark-read.sh RUN_FOLDER (a folder with tables.sql, such as lake/latest)" >&2; exit 2; }
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
tool=${SPARK_HOME_TOOL:-$home/../shared/spark/spark-home}
if [ -z "${SPARK_HOME:-}" ]; then
  [ -x "$tool" ] || { echo "spark-read: Spark was not found: set SPARK_HOME to its folder" >&2; exit 4; }
  SPARK_HOME=$("$tool")
fi
command -v javac >/dev/null || { echo "spark-read: javac was not found: install a JDK, version 17 or later" >&2; exit 4; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
javac -nowarn -d "$work/classes" -cp "$SPARK_HOME/jars/*" "$home/tests/Analytics.Jobs.Tests/spark/ReadTables.java"
(cd "$work/classes" && jar cf "$work/read-tables.jar" ./*.class)
export SPARK_HOME SPARK_LOCAL_IP=127.0.0.1
"$SPARK_HOME/bin/spark-submit" --master 'local[2]' --class ReadTables --driver-memory 1g \
  --conf spark.ui.enabled=false --conf spark.ui.showConsoleProgress=false --conf spark.sql.session.timeZone=UTC --conf spark.sql.ansi.enabled=true \
  --conf "spark.local.dir=$work" --conf "spark.sql.warehouse.dir=$work/warehouse" "$work/read-tables.jar" "$1" 2>"$work/log" || { tail -40 "$work/log" >&2; exit 4; }
