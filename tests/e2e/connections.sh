#!/usr/bin/env bash
# 10,000 connections held by the server at once: all are answered, each costs little while it is idle, and who asks
# beside them waits no longer. Usage (from the root): tests/e2e/connections.sh build/release/moondesk
. tests/cases.inc
built=$(dirname "$program")
n=10000

if [ "$(ulimit -H -n)" != unlimited ] && [ "$(ulimit -H -n)" -lt $((n + 500)) ]; then
  echo "SKIPPED: $n connections need as many open files; the limit is $(ulimit -H -n)"
  exit 0
fi
ninja -C "$built" bench_http bench_idle > "$work/build" 2>&1 || {
  cat "$work/build"
  exit 1
}
"$built/bench_http" 127.0.0.1:0 > "$work/server" &
server=$!
trap 'kill "$server" 2> /dev/null; rm -rf "$work"' EXIT
for _ in $(seq 100); do
  [ -s "$work/server" ] && break
  sleep 0.05
done
port=$(sed -n 's/.*://p' "$work/server" | head -n 1)

timeout 120 "$built/bench_idle" "$port" "$n" "$server" > "$work/out" 2> "$work/err"
status=$?
shown="bench_idle $port $n"
want_status 0
want_text "$work/out" "^$n of $n connections answered and held"
cat "$work/out"
each=$(sed -n 's/.* held; \([0-9]*\) bytes each.*/\1/p' "$work/out")
if [ "${each:-999999}" -le 4096 ]; then
  good=$((good + 1))
else
  fault "an idle connection takes ${each:-no} bytes, not at most 4096"
fi
kill -INT "$server"
wait "$server"
status=$?
shown=bench_http
want_status 0
want_text "$work/server" ' 0 cut off$'
finish
