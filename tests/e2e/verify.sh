#!/usr/bin/env bash
# Every example and scenario, whatever its check says, comes to the same result from its bundle, with the scripts in it.
# Usage (from the root): tests/e2e/verify.sh build/release/moondesk
. tests/cases.inc
for session in examples/*/*.lua tests/scenario/*.lua; do
  grep -q '^ *strategies = ' "$session" || continue
  rm -f "$work/run.bundle"
  "$program" run "$session" --bundle "$work/run.bundle" --quiet > /dev/null 2>&1
  if [ ! -s "$work/run.bundle" ]; then
    continue # ended before its end: nothing to verify
  fi
  run verify "$work/run.bundle" --quiet
  shown="verify of $session"
  want_status 0
done
finish
