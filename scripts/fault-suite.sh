#!/usr/bin/env bash
# The long form of the fault suites: the program killed at every step and at 100 random moments, on a disk that is full, interrupted,
# two at once on one lake, and fed 10,000 broken files. usage: scripts/fault-suite.sh [options of the test program, such as -class '*KillTests']
# Takes some twenty minutes on two quiet cores. Small disks need the right to mount tmpfs (root); without it those tests are skipped.
# Ends with a line `N passed, N failed, N skipped`; the exit code is 0 only where nothing failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1 ANALYTICS_LONG_TESTS=1
unset ANALYTICS_FAULT
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
fail() { echo "scripts/fault-suite.sh: $1"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

command -v dotnet >/dev/null || fail "the .NET SDK 10 is missing: install the package dotnet-sdk-10.0 of your system"
if command -v npm >/dev/null; then scripts/contracts.sh chain || fail "the development chain could not be installed"; fi
./analytics --version >/dev/null || fail "./analytics does not start"
passed=0 failed=0 skipped=0
for name in Analytics.Faults.Tests Analytics.Publishing.Tests; do
  # The library's own fault tests belong to the suite; options choose among the program's.
  if [ "$name" = Analytics.Publishing.Tests ]; then [ $# -eq 0 ] || continue; options=(-class '*FaultTests' -class '*KilledProcessTests'); else options=("$@"); fi
  dotnet build "tests/$name" -c Release -warnaserror -nologo -v quiet -clp:ErrorsOnly || fail "the build of $name failed"
  started=$SECONDS
  # What recovery says of each of the many dead processes is no news here.
  "tests/$name/bin/Release/net10.0/$name" -noLogo -noColor -showLiveOutput -xml "$results/$name.xml" ${options[@]+"${options[@]}"} 2>"$results/$name.err" | grep -v '^warning: '
  code=${PIPESTATUS[0]}
  counts=$(sed -n 's/.*<assembly [^>]*>/&/p' "$results/$name.xml" 2>/dev/null | head -1)
  attribute() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counts"; }
  p=$(attribute passed) f=$(attribute failed) s=$(attribute skipped) e=$(attribute errors)
  if [ -z "$p" ]; then p=0 f=1 s=0 e=0; cat "$results/$name.err"; echo "$name: ended with code $code and left no result"; fi
  [ "$code" -eq 0 ] || [ "$((f + ${e:-0}))" -gt 0 ] || f=1
  printf '%-36s %5d passed %3d failed %3d skipped %5ds\n' "$name" "$p" "$((f + ${e:-0}))" "${s:-0}" "$((SECONDS - started))"
  passed=$((passed + p)) failed=$((failed + f + ${e:-0})) skipped=$((skipped + ${s:-0}))
done
echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
