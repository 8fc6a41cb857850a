#!/bin/sh
# From a bare Debian 12 to a first backtest: installs what is missing, builds the release, runs a moving average
# cross on twenty years of the S&P 500, shows the summary. The second time only the backtest takes time.
set -eu
cd "$(dirname "$0")/.."
. tests/setup.sh
setup_packages build

if [ ! -f build/release/build.ninja ]; then
  cmake --preset release > build-release.log 2>&1 || { cat build-release.log >&2; exit 1; }
  rm -f build-release.log
fi
ninja --quiet -C build/release moondesk >&2

./build/release/moondesk backtest strategies/sma_cross.lua \
  --data SPX=examples/data/sp500_d1.csv --out out/quickstart
