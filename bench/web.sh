#!/usr/bin/env bash
# 200 viewers read the console while runs go on: errors, times, and how much slower the runs are. Runs alone (console and viewers stand still)
# and runs with the viewers take turns, so that a machine that others use is the same for both; each run's own processor time is compared too.
# usage: bench/web.sh [viewers] [runs]
# Builds the program where it is missing; works in a folder of its own, which it removes. Needs Node.js 20.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
viewers=${1:-200} runs=${2:-9} port=${ANALYTICS_BENCH_PORT:-8398}
command -v node >/dev/null || { echo "bench/web.sh: node was not found: install Node.js 20 or later" >&2; exit 4; }
work=$(mktemp -d)
console="" load=""
finish() {
  for one in $load $console; do kill "$one" 2>/dev/null && kill -CONT "$one" 2>/dev/null || true; wait "$one" 2>/dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT

# The run's own processor time, and the clock's; a machine that others use makes the second one useless.
run() {
  local TIMEFORMAT='%R %U %S'
  { time ./analytics run nightly --lake "$work/lake" --set machine.anchor.chain=none --force --quiet 2>"$work/run.err"; } 2>"$work/time" || { cat "$work/run.err" >&2; exit 4; }
  tail -1 "$work/time" | awk '{ print $1, $2 + $3 }'
}
# Processor time of a process so far, in seconds.
spent() { awk -v hz="$(getconf CLK_TCK)" '{ printf "%.2f", ($14 + $15) / hz }' "/proc/$1/stat"; }

./analytics --version >/dev/null
run >/dev/null # reads the input for the first time
./analytics web --lake "$work/lake" --listen "127.0.0.1:$port" >"$work/web.log" 2>&1 &
console=$!
for _ in $(seq 1 100); do grep -q "is at http" "$work/web.log" && break; sleep 0.2; done
grep -q "is at http" "$work/web.log" || { cat "$work/web.log" >&2; exit 4; }
node bench/web.mjs "http://127.0.0.1:$port" "$viewers" "$work" >"$work/viewers" &
load=$!
sleep 20 # a console that runs for weeks has compiled its code
first=$(spent "$console") used=0 seconds=0
for _ in $(seq "$runs"); do
  touch "$work/pause"
  sleep 1.5
  kill -STOP "$console" "$load"
  run >>"$work/alone"
  kill -CONT "$console" "$load"
  rm "$work/pause"
  began=$(spent "$console") from=$(date +%s.%N)
  sleep 4
  run >>"$work/with"
  used=$(awk -v u="$used" -v a="$began" -v b="$(spent "$console")" 'BEGIN { print u + b - a }')
  seconds=$(awk -v s="$seconds" -v a="$from" -v b="$(date +%s.%N)" 'BEGIN { print s + b - a }')
done
touch "$work/stop"
code=0; wait "$load" || code=$?
load=""
cat "$work/viewers"

# Median, least and most of a column.
column() { awk -v c="$2" '{ print $c }' "$work/$1" | sort -n | awk '{ v[NR] = $1 } END { m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2; print m, v[1], v[NR] }'; }
for c in 1 2; do
  awk -v a="$(column alone $c)" -v b="$(column with $c)" -v n="$runs" -v what="$([ $c = 1 ] && echo "on the clock" || echo "of processor time")" 'BEGIN {
    split(a, x, " "); split(b, y, " ");
    printf "s %-18s  %d runs alone %5.2f (%5.2f to %5.2f), with the viewers %5.2f (%5.2f to %5.2f): %+.1f %%\n", what, n, x[1], x[2], x[3], y[1], y[2], y[3], 100 * (y[1] / x[1] - 1);
  }'
done
paste "$work/alone" "$work/with" | awk '{ print 100 * ($3 / $1 - 1), 100 * ($4 / $2 - 1) }' >"$work/pairs"
for c in 1 2; do
  awk -v p="$(column pairs $c)" -v what="$([ $c = 1 ] && echo "on the clock" || echo "of processor time")" 'BEGIN { split(p, x, " "); printf "%% %-18s  pair by pair, with the viewers: %+.1f %% (%+.1f to %+.1f)\n", what, x[1], x[2], x[3] }'
done
awk -v u="$used" -v s="$seconds" -v f="$first" 'BEGIN { printf "the console used %.1f s of processor time in %.0f s with the viewers: %.1f %% of a core; %.1f s for its start and the first 20 s\n", u, s, 100 * u / s, f }'
exit "$code"
