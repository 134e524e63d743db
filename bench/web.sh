#!/usr/bin/env bash
# 200 viewers read the console for a minute while a run goes on: errors, times, and how much slower the run is.
# usage: bench/web.sh [viewers] [seconds]
# Builds the program where it is missing; works in a folder of its own, which it removes. Needs Node.js 20.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
viewers=${1:-200} seconds=${2:-60} port=${ANALYTICS_BENCH_PORT:-8398}
command -v node >/dev/null || { echo "bench/web.sh: node was not found: install Node.js 20 or later" >&2; exit 4; }
work=$(mktemp -d)
console=""
finish() { [ -z "$console" ] || kill "$console" 2>/dev/null || true; [ -z "$console" ] || wait "$console" 2>/dev/null || true; rm -rf "$work"; }
trap finish EXIT

# The run's own processor time, and the clock's; a machine that others use makes the second one useless.
run() {
  local TIMEFORMAT='%R %U %S'
  { time ./analytics run nightly --lake "$work/lake" --set machine.anchor.chain=none --force --quiet 2>"$work/run.err"; } 2>"$work/time" || { cat "$work/run.err" >&2; exit 4; }
  tail -1 "$work/time"
}

./analytics --version >/dev/null
run >/dev/null # reads the input for the first time
alone=$(run)
./analytics web --lake "$work/lake" --listen "127.0.0.1:$port" >"$work/web.log" 2>&1 &
console=$!
for _ in $(seq 1 100); do grep -q "is at http" "$work/web.log" && break; sleep 0.2; done
grep -q "is at http" "$work/web.log" || { cat "$work/web.log" >&2; exit 4; }
node bench/web.mjs "http://127.0.0.1:$port" "$viewers" "$seconds" >"$work/viewers" &
load=$!
sleep 5
with=$(run)
wait "$load"
cat "$work/viewers"
awk -v a="$alone" -v b="$with" 'BEGIN {
  split(a, x, " "); split(b, y, " ");
  printf "the run alone       %6.2f s on the clock, %6.2f s of processor time\n", x[1], x[2] + x[3];
  printf "with the viewers    %6.2f s on the clock, %6.2f s of processor time\n", y[1], y[2] + y[3];
  printf "slower by           %6.1f %% on the clock, %6.1f %% of processor time\n", 100 * (y[1] / x[1] - 1), 100 * ((y[2] + y[3]) / (x[2] + x[3]) - 1);
}'
printf 'the console used    %s s of processor time\n' "$(awk -v hz="$(getconf CLK_TCK)" '{ printf "%.1f", ($14 + $15) / hz }' "/proc/$console/stat")"
