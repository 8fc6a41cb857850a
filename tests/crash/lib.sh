# lib.sh - what the crash harness and the fault tests share: a host and a venue in processes of their own, started,
# killed, asked. Sourced by bash. Expects PROGRAM and TOOLS (the folder of load and venue), makes and removes $work.
set -u

work=$(mktemp -d) || exit 2
export XDG_RUNTIME_DIR=$work MOONDESK_CACHE=$work/cache
host=0 venue=0 shim=
KEY=
SECRET=
started=()

clean_up() {
  local pid
  for pid in "${started[@]}"; do
    kill -9 "$pid" 2> "$work/none"
    wait "$pid" 2> "$work/none"
  done
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 2' INT TERM

fail() {
  echo "FAILED: $*" >&2
  for log in host.log venue.log; do
    [ -s "$work/$log" ] && { echo "--- $log" >&2; tail -n 15 "$work/$log" >&2; }
  done
  [ -n "${KEEP:-}" ] && { rm -rf "$KEEP"; cp -r "$work" "$KEEP"; echo "kept in $KEEP" >&2; }
  exit 1
}

# A port that nobody listens on now.
free_port() {
  local port
  while :; do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> "$work/none" || { echo "$port"; return; }
  done
}

now_ms() {
  echo $(($(date +%s%N) / 1000000))
}

# make_session NAME: the session of that name with its places filled in, as $work/NAME.lua.
make_session() {
  sed -e "s|VENUE_PORT|${VPORT:-1}|" -e "s|TRADER|$PWD/tests/crash/trader.lua|" -e "s|BARS|${BARS:-none}|" \
    -e "s|\"EVERY\"|\"${EVERY:-0.05}\"|" \
    "tests/crash/$1.lua" > "$work/$1.lua"
}

# A key that may do all; its two parts are the words of 20 and of 40 letters that are printed.
make_key() {
  local out
  out=$("$PROGRAM" key create --db "$work/desk.db" --account main --scope read,trade,feed,admin --name test 2>&1) ||
    fail "no key could be made: $out"
  KEY=$(grep -oE 'MD[A-Z0-9]{18}' <<< "$out" | head -n 1)
  SECRET=$(grep -oE '\b[A-Za-z0-9]{40}\b' <<< "$out" | grep -v "$KEY" | head -n 1)
  [ -n "$KEY" ] && [ -n "$SECRET" ] || fail "no key and secret are in: $out"
}

start_venue() { # OPTION...
  "$TOOLS/venue" --port "$VPORT" --state "$work/venue.books" "$@" > "$work/venue.out" 2>> "$work/venue.log" &
  venue=$!
  started+=("$venue")
  local i
  for i in $(seq 100); do
    (exec 3<> "/dev/tcp/127.0.0.1/$VPORT") 2> "$work/none" && return
    sleep 0.02
  done
  fail "the venue does not listen"
}

# start_host SESSION [OPTION...]: without waiting for it.
start_host() {
  local session=$1
  shift
  ${shim:+env $shim} "$PROGRAM" run "$work/$session.lua" --db "$work/desk.db" --listen "127.0.0.1:$PORT" "$@" \
    >> "$work/host.log" 2>&1 &
  host=$!
  started+=("$host")
}

kill_host() { # [SIGNAL]
  kill "-${1:-KILL}" "$host" 2> "$work/none"
  wait "$host" 2> "$work/none"
  host_status=$?
  started=("${started[@]/$host/}")
  read -ra started <<< "${started[*]}"
}

is_up() {
  kill -0 "$host" 2> "$work/none"
}

# ask METHOD PATH [BODY]: the answer's body; its status in $work/status.
ask() {
  curl -sS -m 10 -o "$work/body" -w '%{http_code}' -X "$1" -H "APCA-API-KEY-ID: $KEY" \
    -H "APCA-API-SECRET-KEY: $SECRET" ${3:+-H 'Content-Type: application/json' --data "$3"} \
    "http://127.0.0.1:$PORT$2" > "$work/status" 2> "$work/curl.err" || echo 000 > "$work/status"
  cat "$work/body" 2> "$work/none"
}

status() {
  cat "$work/status"
}

# Waits until the host says that it is ready; how long it took in ready_ms.
wait_ready() { # [SECONDS]
  local from until
  from=$(now_ms)
  until=$((from + ${1:-20} * 1000))
  while [ "$(now_ms)" -lt "$until" ]; do
    is_up || fail "the host ended while it started"
    if [ "$(curl -s -m 2 -o "$work/none" -w '%{http_code}' "http://127.0.0.1:$PORT/readyz")" = 200 ]; then
      ready_ms=$(($(now_ms) - from))
      return
    fi
    sleep 0.01
  done
  fail "the host was not ready after ${1:-20} s"
}

load() {
  "$TOOLS/load" "$@" --address "127.0.0.1:$PORT" --key "$KEY" --secret "$SECRET"
}

# The books of the venue, a line each.
books() {
  local line
  exec 4<> "/dev/tcp/127.0.0.1/$VPORT" || fail "the venue does not answer"
  echo '{"m":"books"}' >&4
  while IFS= read -r line <&4 && [ "$line" != '{"m":"end","of":"books"}' ]; do
    echo "$line"
  done
  exec 4>&-
}

# enter WIRE_ID SYMBOL SIDE QTY [LIMIT]: somebody gives the venue an order by hand.
enter() {
  local line
  exec 4<> "/dev/tcp/127.0.0.1/$VPORT"
  echo "{\"m\":\"enter\",\"wire_id\":\"$1\",\"symbol\":\"$2\",\"side\":\"$3\",\"qty\":\"$4\"${5:+,\"limit_price\":\"$5\"}}" >&4
  IFS= read -r line <&4
  exec 4>&-
}

misbehave() { # WHAT [N]
  local line
  exec 4<> "/dev/tcp/127.0.0.1/$VPORT"
  echo "{\"m\":\"misbehave\",\"what\":\"$1\",\"n\":\"${2:-0}\"}" >&4
  IFS= read -r line <&4
  exec 4>&-
}

# "SYMBOL QTY" lines, sorted, flat ones left out: of the venue's books, and of the host.
venue_positions() {
  books | sed -n 's/.*"position","symbol":"\([^"]*\)","qty":"\([^"]*\)".*/\1 \2/p' | by_number
}
host_positions() {
  ask GET /v2/positions | sed 's/},{/}\n{/g' |
    sed -n 's/.*"symbol":"\([^"]*\)".*"qty":"\([^"]*\)".*/\1 \2/p' | by_number
}
by_number() {
  awk '{ if ($2 + 0 != 0) printf "%s %.9g\n", $1, $2 }' | sort
}

# Waits until nothing is in doubt and both have the same positions.
wait_settled() { # [SECONDS]
  local until ours theirs
  until=$(($(now_ms) + ${1:-20} * 1000))
  while :; do
    ours=$(host_positions) theirs=$(venue_positions)
    [ "$ours" = "$theirs" ] && return
    [ "$(now_ms)" -lt "$until" ] || fail "positions differ from the venue's:
$(diff <(echo "$ours") <(echo "$theirs"))"
    sleep 0.1
  done
}

duplicates() {
  books | sed -n 's/.*"duplicates":\([0-9]*\).*/\1/p'
}

# Ends the host in good order; its state hash by its own END is in the answer of a replay, which works it out anew.
check_database() {
  "$PROGRAM" db verify "$work/desk.db" > "$work/verify" 2>&1 || fail "db verify: $(cat "$work/verify")"
}
