#!/usr/bin/env bash
# `moondesk db`: checking, counting, copying, snapshots and tables of a live host's database; what is damaged, held by a
# host, foreign or wrongly asked for. Usage (from the root): tests/e2e/db.sh build/release/moondesk
. tests/cases.inc
cp -r examples rules strategies "$work"
cd "$work" || exit 2
export XDG_RUNTIME_DIR=$work
sed '/PUSHED/d' examples/paper/session.lua > examples/paper/recorded.lua # without what clients push

# A host over the recorded bars, as fast as it can, ended in good order.
"$program" run examples/paper/recorded.lua --db desk.db --pace fast --out day > host.log 2>&1 &
host=$!
for _ in $(seq 100); do
  grep -qs 'the recorded data are at their end' host.log && break
  sleep 0.1
done

run db verify desk.db # beside the host
want_status 0
run db rebuild desk.db
want_status 2
want_line err "in use by another host, process $host: stop that one first"
run run examples/paper/recorded.lua --db desk.db --pace fast
want_status 2
want_text "$work/err" "in use by another host, process $host"
run db backup desk.db copy.db
want_status 0
run db verify copy.db
want_status 0
want_text "$work/out" '^copy.db is whole$'
kill -TERM "$host"
wait "$host"

run db stats desk.db
want_status 0
want_text "$work/out" '^records +[1-9][0-9]*, seq 1 to [1-9][0-9]*$'
want_text "$work/out" '^  boot +1$'
want_text "$work/out" '^  end +[0-9]+$'
run db verify desk.db
want_status 0
want_text "$work/out" '^chain +[0-9a-f]{64}$'
run db snapshot desk.db
want_status 0
want_line out '^snapshot of desk.db at record [1-9][0-9]*$'
run db rebuild desk.db
want_status 0
orders=$(($(wc -l < day/orders.csv) - 1))
fills=$(($(wc -l < day/fills.csv) - 1))
want_line out "^tables of desk.db at record [0-9]+: orders $orders, fills $fills, positions [0-9]+$"
run db verify desk.db
want_status 0
if command -v sqlite3 > /dev/null; then
  sqlite3 -csv -noheader desk.db 'SELECT * FROM fills' | tr -d '\r"' > fills.sql
  tail -n +2 day/fills.csv | tr -d '"' > fills.csv
  same fills.sql fills.csv
  sqlite3 desk.db "UPDATE events SET data = zeroblob(length(data)) WHERE first_seq = (SELECT max(first_seq) FROM events)"
  run db verify desk.db
  want_status 1
  want_line err "'desk.db' is damaged: the batch at seq [0-9]+ .*; restore the database from a backup"
  run run examples/paper/recorded.lua --db desk.db --pace fast
  want_status 2
fi

# A byte of the market data.
file=$(ls "$work"/copy.db-market/*.zst)
file=${file#"$work/"}
printf '\377\377' | dd of="$file" bs=1 seek=300 conv=notrunc 2> /dev/null
run db verify copy.db
want_status 1
want_text "$work/err" "missing or damaged: see '$file' at byte [0-9]+; restore 'copy.db-market' from a backup"

run db verify nothing.db
want_status 2
want_line err "cannot open the database 'nothing.db': No such file"
run db verify host.log
want_status 1
want_line err "'host.log' is damaged, or no database"
run db backup desk.db
want_status 2
want_line err 'db backup: where to\?'
run db backup desk.db copy.db
want_status 2
want_line err "a backup is not written over another file"
run db verfy desk.db
want_status 2
want_line err "db: what is 'verfy' for\? \(did you mean 'verify'\?\)"
run db stats desk.db more
want_status 2
run db
want_status 2
finish
