#!/usr/bin/env bash
# A host that is killed again and again goes on where its journal ends, and `moondesk replay` comes to the same, record
# by record: restarts, calls that were ended by their budget, a script that changes while it runs, a snapshot, a look
# around at a record, the results of a day beside those of its replay.
# Usage (from the root): tests/e2e/replay.sh build/release/moondesk
. tests/cases.inc

export XDG_RUNTIME_DIR=$work/run
mkdir -m 700 "$XDG_RUNTIME_DIR"
mkdir "$work/desk"
cp tests/e2e/replay/*.lua examples/data/sp500_d1.csv "$work/desk"
cd "$work" || exit 2
pid=
trap 'test -n "$pid" && kill -KILL "$pid" 2> /dev/null; rm -rf "$work"' EXIT

# start OPTION...: a host in the background that is ready, as $pid.
start() {
  local i
  shown="moondesk run desk/session.lua $*"
  : > log
  "$program" run desk/session.lua --db desk.db --pace 40000000 "$@" > /dev/null 2>> log &
  pid=$!
  for i in $(seq 200); do
    grep -q 'msg="ready' log && break
    sleep 0.05
  done
  want_text log 'msg="ready: database desk.db'
}

# stop SIGNAL
stop() {
  kill "-$1" "$pid"
  wait "$pid" 2> /dev/null
  pid=
}

kills=${REPLAY_KILLS:-6}
for i in $(seq "$kills"); do
  start
  sleep "0.$((i * 37 % 9 + 2))"
  if [ "$i" = 3 ]; then # a new version of the strategy while it runs
    sed 's/n % 5 == 1/n % 5 == 2/' desk/desk.lua > desk/new && mv desk/new desk/desk.lua
    sleep 0.4
  fi
  stop KILL
done
grep -q "back with n=" log || fault "the strategy had nothing saved"

run replay desk.db
want_status 0
want_text "$work/out" "of $kills hosts"
want_text "$work/out" "every record came as it was written down"

# The last one ends in good order: its hash is the replay's, its results are the same.
start --out live
sleep 1
stop TERM
run replay desk.db --out again
want_status 0
want_text "$work/out" ", as recorded at the end"
run diff live again
want_status 0
want_text "$work/out" "The results are the same"

# From a snapshot it is the same core.
run replay desk.db --json
cp "$work/out" before
run db snapshot desk.db
want_status 0
start
stop KILL
run replay desk.db
want_status 0

# A file that was put in a script's place stays there: the replay has it alone.
sed 's/order.qty == 13/order.qty == 17/' desk/rule.lua > other.lua
start
run reload rule --with other.lua
want_status 0
stop TERM
start
stop TERM
run replay desk.db
want_status 0

# A look around.
printf '#oms.orders{}\noms.time.iso(oms.now())\n' > lines
shown="moondesk replay --until 400 --repl"
"$program" replay desk.db --until 400 --repl < lines > out 2> err
status=$?
want_status 0
want_text out '"2000-'
want_text out "400 records of"

# What differs is told with its record: the strategy of then is not in the database.
run replay nothing.db
want_status 2
want_text "$work/err" "there is no such database"
run replay desk.db --until 0
want_status 2

finish
