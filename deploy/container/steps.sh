#!/usr/bin/env bash
# The steps of the Dockerfile in a clean folder, for a machine without a container engine: what the image would hold is built and started as
# a container would start it, by another user, on files that are read-only but for a lake and /tmp's stand-in: doctor, a whole night of the
# sample, its verification, the console's health.
# usage: deploy/container/steps.sh [folder]
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
work=${1:-$(mktemp -d)}
mkdir -p "$work"
work=$(cd "$work" && pwd -P)
console=""
finish() {
  [ -z "$console" ] || kill "$console" 2>/dev/null || true
  [ -n "${keep:-}" ] || { chmod -R u+w "$work"; rm -rf "$work"; }
}
[ $# -eq 0 ] || keep=1
trap finish EXIT
fail() { printf 'steps.sh: %s\n' "$@" >&2; exit 4; }
mkdir -p "$work/src" "$work/lake" "$work/tmp" "$work/etc/config" "$work/etc/data"

# What .dockerignore lets through, of the files of the repository.
mapfile -t let_through < <(sed -n 's/^!//p' "$home/.dockerignore")
git -C "$home" ls-files -z --cached --others --exclude-standard -- "${let_through[@]}" | tar -C "$home" --null -T - -cf - | tar -C "$work/src" -xf -
cd "$work/src"
dotnet publish jobs/Analytics.Jobs/Analytics.Jobs.csproj -c Release --self-contained false -p:PublishReadyToRun=true -p:DebugType=embedded -o "$work/app" --use-current-runtime -nologo -v quiet

# What would be mounted: the configuration, and the input beside it.
cp "$home"/config/sample.json "$work/etc/config/shop.json"
cp -r "$home"/data/sample "$work/etc/data/sample"
chmod -R a-w "$work/app" "$work/etc"

# Root becomes the image's user, without a capability; the rest of the file system is read-only to him where this machine lets us say so.
as=() mount="the rest of the file system is kept by its rights alone"
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
  chmod 755 "$work"
  chown 10001:10001 "$work/lake" "$work/tmp"
  as=(setpriv --reuid 10001 --regid 10001 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all)
  if unshare --mount true 2>/dev/null; then
    as=(unshare --mount -- bash -euc 'for place in "$1" "$2"; do mount --bind "$place" "$place"; done; mount -o remount,bind,ro /; shift 2; exec "$@"' - "$work/lake" "$work/tmp" "${as[@]}")
    mount="the root file system is read-only"
  fi
  who="user 10001"
else
  who="$(id -un), since only root can become another user"
fi
dotnet=$(readlink -f "$(command -v dotnet)")
program=("${as[@]}" env -i PATH="$PATH" HOME=/home/analytics DOTNET_EnableDiagnostics=0 DOTNET_gcServer=0 ANALYTICS_machine__lake="$work/lake" TMPDIR="$work/tmp"
  ANALYTICS_CONFIG="$work/etc/config/shop.json" "$dotnet" "$work/app/analytics.dll")
run() { "${program[@]}" "$@"; }

touch "$work/began"
cd "$work/etc"
echo "as $who; $mount"
run --version
run config show >/dev/null
run doctor
run run nightly
run verify
[ -z "$(run run nightly --quiet)" ] || fail "the second start of the same night was to do nothing, and said something"
"${program[@]}" web --listen 127.0.0.1:0 >"$work/web.log" 2>&1 &
console=$!
for _ in $(seq 1 150); do grep -q 'is at http' "$work/web.log" && break; sleep 0.2; done
address=$(sed -n 's/.* is at http:\/\///p' "$work/web.log")
[ -n "$address" ] || fail "the console did not start:" "$(cat "$work/web.log")"
get() {
  exec 9<>"/dev/tcp/${address%:*}/${address##*:}"
  printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$1" "$address" >&9
  head -1 <&9 | tr -d '\r'
  exec 9>&-
}
for path in /healthz /readyz /runs; do
  answer=$(get "$path")
  [[ $answer == "HTTP/1.1 200 "* ]] || fail "$path answered $answer"
  echo "$path: $answer"
done
kill -TERM "$console"
code=0; wait "$console" || code=$?
console=""
[ "$code" = 0 ] || fail "the console was told to stop and ended with code $code:" "$(cat "$work/web.log")"

# Whatever came to be lies in the lake or in the folder for passing files.
strays=$(find "$work" -newer "$work/began" ! -type d ! -path "$work/lake/*" ! -path "$work/tmp/*" ! -path "$work/web.log" ! -path "$work/began")
[ -z "$strays" ] || fail "written outside of the lake and TMPDIR:" "$strays"
left=$(find "$work/tmp" -mindepth 1 | head -5)
[ -z "$left" ] || fail "left behind in TMPDIR:" "$left"
echo "the steps of the Dockerfile went through; the program is $(du -sh "$work/app" | cut -f1)"
