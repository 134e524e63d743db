#!/usr/bin/env bash
# Writes Analytics.sln anew from the project files that are there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
rm -f Analytics.sln
dotnet new sln --name Analytics --format sln >/dev/null
git ls-files --cached --others --exclude-standard '*.csproj' | LC_ALL=C sort | xargs dotnet sln Analytics.sln add >/dev/null
