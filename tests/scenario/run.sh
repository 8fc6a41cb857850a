#!/bin/sh
# Runs every scenario of this folder with the program given: sh tests/scenario/run.sh build/release/moondesk
# A scenario passes when its check does (exit status 0). Run from the root of the repository.
program=${1:?usage: run.sh PROGRAM}
passed=0 failed=0
for file in tests/scenario/*.lua; do
  name=$(basename "$file" .lua)
  if output=$("$program" run "$file" --quiet 2>&1); then
    passed=$((passed + 1))
    echo "ok      $name"
  else
    failed=$((failed + 1))
    echo "FAILED  $name"
    echo "$output" | sed 's/^/        /'
  fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
