#!/bin/sh
# The npm clients of the Alpaca API, unchanged, against a host of ours: every endpoint that both have. Usage:
# run.sh PROGRAM. The packages of the lock file are fetched once into build/clients.
set -u
program=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
tree=$root/build/clients
work=$(mktemp -d) || exit 2
host=
trap '[ -n "$host" ] && kill "$host" 2> /dev/null; rm -rf "$work"' EXIT

mkdir -p "$tree" && cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$tree" || exit 2
if ! cmp -s "$tree/package-lock.json" "$tree/fetched" || [ ! -d "$tree/node_modules/alpaca-v4" ]; then
  (cd "$tree" && npm ci > "$work/npm" 2>&1 && cp package-lock.json fetched) || {
    echo "npm ci could not fetch the packages of tests/clients/package-lock.json"
    cat "$work/npm"
    exit 1
  }
fi

"$program" key create --db "$work/desk.db" --account main --scope read,trade,feed > "$work/key" 2> /dev/null || exit 1
id=$(sed -n 's/^APCA_API_KEY_ID=//p' "$work/key")
secret=$(sed -n 's/^APCA_API_SECRET_KEY=//p' "$work/key")
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => {
  console.log(s.address().port); s.close(); })')
"$program" run "$here/session.lua" --db "$work/desk.db" --listen "127.0.0.1:$port" > "$work/log" 2>&1 &
host=$!
for _ in $(seq 100); do
  grep -q 'ready: ' "$work/log" && break
  sleep 0.1
done
if ! grep -q 'ready: ' "$work/log"; then
  echo "the host is not ready"
  cat "$work/log"
  exit 1
fi

timeout 300 node "$here/drive.mjs" "$tree" "http://127.0.0.1:$port" "$id" "$secret" \
  "$root/../shared/brokers/fixtures/alpaca"
status=$?
kill "$host"
if ! wait "$host" || ! "$program" db verify "$work/desk.db" > "$work/verify" 2>&1; then
  echo "FAILED  the host did not end in good order, or its database is not whole"
  tail -n 20 "$work/log" "$work/verify"
  echo "0 passed, 1 failed"
  status=1
fi
host=
exit $status
