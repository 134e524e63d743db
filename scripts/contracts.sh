#!/usr/bin/env bash
# The contracts, with what their tests need from npm (pinned; checked against the lock files; no install scripts are run).
# usage: scripts/contracts.sh build | check | test | setup | chain
#   build  compiles contracts/*.sol into contracts/artifacts/*.json, which are committed
#   check  compiles and compares with what is committed
#   test   runs the contracts' tests on a local chain and prints the gas of an anchor
#   setup  only installs; chain installs the local chain alone, as the launcher does
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v npm >/dev/null || { echo "scripts/contracts.sh: npm was not found: install Node.js 20 or later" >&2; exit 4; }

# npm writes node_modules/.package-lock.json last, so a folder that was interrupted is installed again.
install() {
  local done=$1/node_modules/.package-lock.json
  [ -f "$done" ] && [ ! "$1/package-lock.json" -nt "$done" ] && return
  if command -v flock >/dev/null; then exec 9>"$1/.npm.lock"; flock 9; [ -f "$done" ] && [ ! "$1/package-lock.json" -nt "$done" ] && return; fi
  (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >&2
}

case ${1:-} in
  chain) install tools/chain ;;
  setup) install tools/chain; install contracts ;;
  build) install contracts; npm --prefix contracts run --silent build ;;
  check) install contracts; npm --prefix contracts run --silent check ;;
  test) install tools/chain; install contracts; npm --prefix contracts test --silent ;;
  *) sed -n '3,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
