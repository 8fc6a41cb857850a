#!/usr/bin/env bash
# 10,000 connections held at once, by the bare server and by a live host: all are answered, each costs little while it
# is idle, who asks beside them is answered.
# Usage (from the root): tests/e2e/connections.sh build/release/moondesk
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
server=
trap '[ -z "$server" ] || kill -9 "$server" 2> /dev/null; rm -rf "$work"' EXIT

# port_of FILE PATTERN: the port that a server tells there, once it does.
port_of() {
  for _ in $(seq 200); do
    grep -qE "$2" "$1" 2> /dev/null && break
    sleep 0.05
  done
  sed -nE "s/.*$2.*/\\1/p" "$1" | head -n 1
}

# crowd NAME PORT BYTES: the connections, at most so many bytes each.
crowd() {
  timeout 200 "$built/bench_idle" "$2" "$n" "$server" > "$work/out" 2> "$work/err"
  status=$?
  shown="$1, bench_idle $2 $n"
  want_status 0
  want_text "$work/out" "^$n of $n connections answered and held"
  echo "$1: $(cat "$work/out")"
  each=$(sed -n 's/.* held; \([0-9]*\) bytes each.*/\1/p' "$work/out")
  if [ "${each:-999999}" -le "$3" ]; then
    good=$((good + 1))
  else
    fault "$1: an idle connection takes ${each:-no} bytes, not at most $3"
  fi
}

# ended NAME SIGNAL: it ends as asked.
ended() {
  kill "-$2" "$server"
  wait "$server"
  status=$?
  shown=$1
  want_status 0
  server=
}

"$built/bench_http" 127.0.0.1:0 > "$work/server" &
server=$!
crowd "bare server" "$(port_of "$work/server" '127.0.0.1:([0-9]+)$')" 4096
ended "bare server" INT
want_text "$work/server" ' 0 cut off$'

cat > "$work/crowd.lua" << 'END'
return {
  name = "crowd",
  mode = "paper",
  accounts = { { id = "main", type = "cash", cash = 1000 } },
  instruments = { X = { tick = 0.01 } },
  data = { { symbol = "X", quotes = true } },
  api = { connections = 10001 },
}
END
cd "$work" || exit 2
"$program" run crowd.lua --db crowd.db --listen 127.0.0.1:0 > "$work/server" 2>&1 &
server=$!
port=$(port_of "$work/server" 'listening at 127.0.0.1:([0-9]+)')
crowd "live host" "$port" 4096
for _ in $(seq 50); do # the crowd is gone, or nearly so
  sleep 0.1
  [ "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/healthz")" = 200 ] && break
done
curl -s "http://127.0.0.1:$port/healthz" > "$work/out"
want_text "$work/out" alive
ended "live host" TERM
finish
