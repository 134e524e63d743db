#!/usr/bin/env bash
# The steps of the Dockerfile in a clean folder, for a machine without a container engine: what the image would hold is built, started
# as another user would start it, with a read-only program and nothing but a lake to write to.
# usage: deploy/container/steps.sh [folder]
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
work=${1:-$(mktemp -d)}
[ $# -gt 0 ] || trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
mkdir -p "$work/src" "$work/lake" "$work/tmp"
# What .dockerignore lets through, of the files of the repository.
mapfile -t let_through < <(sed -n 's/^!//p' "$home/.dockerignore")
git -C "$home" ls-files -z --cached --others --exclude-standard -- "${let_through[@]}" | tar -C "$home" --null -T - -cf - | tar -C "$work/src" -xf -
cd "$work/src"
dotnet publish jobs/Analytics.Jobs/Analytics.Jobs.csproj -c Release --self-contained false -p:PublishReadyToRun=true -p:DebugType=embedded -o "$work/app" --use-current-runtime -nologo -v quiet
chmod -R a-w "$work/app"
run() { env -i PATH="$PATH" DOTNET_ROOT="${DOTNET_ROOT:-}" DOTNET_EnableDiagnostics=0 DOTNET_gcServer=0 ANALYTICS_machine__lake="$work/lake" TMPDIR="$work/tmp" dotnet "$work/app/analytics.dll" "$@"; }
cd "$work/tmp"
run --version
run run nightly --help >/dev/null
run config show >/dev/null
run doctor
echo "the steps of the Dockerfile went through; the program is $(du -sh "$work/app" | cut -f1)"
