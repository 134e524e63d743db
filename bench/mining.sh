#!/usr/bin/env bash
# Prints what docs/mining.md says: itemsets at 1 and 2 threads beside the figures of LCM 3 and Borgelt's fpgrowth, what a second
# thread gains, rules and scoring, memory, and the same itemsets by mlxtend and Spark MLlib (20 minutes with these peers).
# usage: bench/mining.sh [itemsets|threads|rules|memory|peers]      the data: ANALYTICS_SHARED, by default ../shared beside the project
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build bench/Analytics.Mining.Bench -c Release -nologo -v quiet -clp:ErrorsOnly
exec bench/Analytics.Mining.Bench/bin/Release/net10.0/Analytics.Mining.Bench "$@"
