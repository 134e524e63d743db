#!/usr/bin/env bash
# Builds with warnings as errors and runs every test. usage: scripts/test.sh [name of a test project ...]
# Ends with a line `N passed, N failed, N skipped`; the exit code is 0 only where nothing failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1
passed=0 failed=0 skipped=0
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

if ! command -v dotnet >/dev/null; then
  echo "scripts/test.sh: the .NET SDK 10 is missing: install the package dotnet-sdk-10.0 of your system"
  echo "0 passed, 1 failed, 0 skipped"; exit 1
fi
dotnet build Analytics.sln -c Release -warnaserror -nologo -v quiet -clp:ErrorsOnly || { echo "the build failed"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
# What the tests of the chain need comes from npm, pinned; where there is no npm they are skipped.
if command -v npm >/dev/null; then scripts/contracts.sh chain || echo "the development chain could not be installed"; fi
./analytics --version >/dev/null || { echo "./analytics does not start"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

if [ $# -gt 0 ]; then projects=("$@"); else mapfile -t projects < <(cd tests && ls -d ./*.Tests | sed 's|^\./||' | LC_ALL=C sort); fi
for project in "${projects[@]}"; do
  name=${project%/}
  runner=tests/$name/bin/Release/net10.0/$name
  [ -x "$runner" ] || { echo "$name: no test program at $runner"; failed=$((failed + 1)); continue; }
  started=$SECONDS
  "$runner" -noLogo -noColor -xml "$results/$name.xml" >"$results/$name.log" 2>&1
  code=$?
  counts=$(grep -o '<assembly [^>]*>' "$results/$name.xml" 2>/dev/null | head -1)
  attribute() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counts"; }
  p=$(attribute passed) f=$(attribute failed) s=$(attribute skipped) e=$(attribute errors) n=$(attribute not-run)
  if [ -z "$p" ]; then p=0 f=1 s=0 e=0; echo "$name: ended with code $code and left no result"; fi
  [ "$code" -eq 0 ] || [ "$((f + ${e:-0}))" -gt 0 ] || f=1
  # What a test must not lose: the text of a failure, and why one was skipped.
  if [ "$((f + ${e:-0}))" -gt 0 ]; then cat "$results/$name.log"; elif [ "${s:-0}" -gt 0 ]; then grep -E '\[SKIP\]' -A1 "$results/$name.log" | head -40; fi
  printf '%-36s %5d passed %3d failed %3d skipped %5ds\n' "$name" "$p" "$((f + ${e:-0}))" "${s:-0}" "$((SECONDS - started))"
  passed=$((passed + p)) failed=$((failed + f + ${e:-0})) skipped=$((skipped + ${s:-0}))
done
echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
