#!/bin/sh
# Runs every example session; each has a check that states its results. Usage: tests/e2e/examples.sh PROGRAM
program=${1:?usage: examples.sh PROGRAM}
cd "$(dirname "$0")/../.." || exit 2
status=0
for session in $(grep -l 'mode = "backtest"' examples/*/*.lua); do
  if "$program" run "$session" --quiet > /dev/null; then
    echo "ok      $session"
  else
    echo "FAILED  $session"
    status=1
  fi
done
lua5.4 examples/data/generate.lua bars 2880 7 | cmp - examples/data/minute_sample.csv || status=1
exit $status
