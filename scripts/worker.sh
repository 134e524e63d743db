#!/usr/bin/env bash
# Builds the worker that runs on a cluster's executors into .build/worker/worker, where it is missing or older than its sources, and prints its path.
# usage: scripts/worker.sh [--single-file]      NativeAOT (a few MB, needs gcc or clang), else, or when asked, a self-contained single file of the same code
# .build/worker/kind says which it is: aot or single-file. A NativeAOT worker needs a glibc as new as that of the machine that built it.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
wanted=aot
case ${1:-} in "") ;; --single-file) wanted=single-file ;; *) echo "usage: scripts/worker.sh [--single-file]" >&2; exit 2 ;; esac
app=$home/.build/worker
stamp=$app/.stamp
log=$home/.build/worker.log
fail() { printf 'worker: %s\n' "$@" >&2; exit 4; }

command -v dotnet >/dev/null || fail "the .NET SDK 10 is missing: install the package dotnet-sdk-10.0 of your system."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
compiler=
if [ "$wanted" = aot ]; then
  for candidate in clang gcc; do if command -v "$candidate" >/dev/null; then compiler=$candidate; break; fi; done
  if [ -z "$compiler" ]; then
    wanted=single-file
    echo "worker: no C compiler was found (clang or gcc), so the worker becomes a self-contained single file: the same code, some 15 times as large and slower to start. For the small one install the package gcc." >&2
  fi
fi
stale() {
  [ -f "$stamp" ] && [ "$(cat "$app/kind" 2>/dev/null)" = "$wanted" ] || return 0
  [ -n "$(find "$home/lib" "$home/jobs/Analytics.Tasks" "$home/jobs/Analytics.Worker" "$home/Directory.Build.props" "$home/Directory.Packages.props" "$home/global.json" \
    \( -name bin -o -name obj \) -prune -o -type f -newer "$stamp" -print -quit 2>/dev/null)" ]
}
mkdir -p "$home/.build"
if stale; then
  # One build at a time: a second start waits for the first one's result.
  if command -v flock >/dev/null; then exec 9>"$home/.build/worker.lock"; flock 9; fi
fi
if stale; then
  case $(uname -m) in x86_64 | amd64) arch=x64 ;; aarch64 | arm64) arch=arm64 ;; *) fail "no build for the processor $(uname -m): x86_64 and arm64 are supported." ;; esac
  case $(uname -s) in Linux) rid=linux-$arch ;; Darwin) rid=osx-$arch ;; *) fail "no build for $(uname -s): Linux and macOS are supported; on Windows use WSL." ;; esac
  if [ "$wanted" = aot ]; then options=(-p:PublishAot=true); else options=(--self-contained -p:PublishSingleFile=true -p:PublishTrimmed=true -p:EnableCompressionInSingleFile=true); fi
  [ "$compiler" != gcc ] || options+=(-p:CppCompilerAndLinker=gcc)
  echo "worker: building (once; about a minute) ..." >&2
  touch "$home/.build/worker-started"
  rm -rf "$home/.build/worker-next"
  # Intermediate files of its own, so that the other builds of these projects stay as they are.
  if ! (cd "$home" && dotnet publish jobs/Analytics.Worker/Analytics.Worker.csproj -c Release -r "$rid" "${options[@]}" -warnaserror -p:DebugType=none \
      --artifacts-path "$home/.build/worker-obj" -o "$home/.build/worker-next" -nologo -v quiet) >"$log" 2>&1 9>&-; then
    grep -E 'error|warning' "$log" | sort -u | head -5 >&2 || true
    fail "the build failed; its whole log is $log" "A linker error about -lz or -lssl means that a development package is missing (zlib1g-dev); scripts/worker.sh --single-file needs none."
  fi
  rm -f "$home/.build/worker-next/"*.xml
  printf '%s\n' "$wanted" >"$home/.build/worker-next/kind"
  # A source that was saved while the build ran must count as newer.
  touch -r "$home/.build/worker-started" "$home/.build/worker-next/.stamp"
  rm -rf "$home/.build/worker-old"; [ ! -d "$app" ] || mv "$app" "$home/.build/worker-old"
  mv "$home/.build/worker-next" "$app"; rm -rf "$home/.build/worker-old"
fi
printf '%s\n' "$app/worker"
