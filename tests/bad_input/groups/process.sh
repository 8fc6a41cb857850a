# process.sh - where results go, signals, what the surroundings lack.
# shellcheck shell=bash

SMA=strategies/sma_cross.lua
RUN=("$PROGRAM" backtest "$SMA" --data "A=$W/ok.csv" --quiet)

# lines FILE N NAME: the file has at least N lines.
lines() {
  if [ -f "$1" ] && [ "$(wc -l < "$1")" -ge "$2" ]; then good "$3"; else bad "$3" "$1 is missing or short"; fi
}

# --- places that cannot be written ---

case_is out_good 0 -- "${RUN[@]}" --out "$W/out_good"
lines "$W/out_good/equity.csv" 61 out_good_equity
echo keep > "$W/a_file"
case_is out_is_file 2 a_file -- "${RUN[@]}" --out "$W/a_file"
case_is out_below_file 2 a_file -- "${RUN[@]}" --out "$W/a_file/deeper"
if [ "$(cat "$W/a_file")" = keep ]; then good out_file_kept; else bad out_file_kept "it was overwritten"; fi
case_is out_empty_name 2 -- "${RUN[@]}" --out ""
case_is out_proc 2 /proc -- "${RUN[@]}" --out /proc/nothing
case_is out_dev_full 2 /dev/full -- "${RUN[@]}" --out /dev/full
mkdir -p "$W/occupied/summary.json/x"
case_is out_occupied 2 occupied/summary.json -- "${RUN[@]}" --out "$W/occupied"
mkdir -p "$W/part/orders.csv.part"
case_is out_part_is_folder 2 orders.csv.part -- "${RUN[@]}" --out "$W/part"
if [ -e "$W/part/summary.json" ]; then bad out_part_no_summary "a summary beside missing files"; else good out_part_no_summary; fi
mkdir "$W/readonly"
chmod 555 "$W/readonly"
if [ "$(id -u)" -ne 0 ]; then
  case_is out_readonly 2 readonly "Permission denied" -- "${RUN[@]}" --out "$W/readonly"
elif chmod 755 "$W" && setpriv --reuid 65534 --regid 65534 --clear-groups "$PROGRAM" version > /dev/null 2>&1; then
  case_is out_readonly 2 readonly "Permission denied" -- setpriv --reuid 65534 --regid 65534 --clear-groups \
    "${RUN[@]}" --out "$W/readonly"
else
  skip out_readonly "root writes everywhere, and another user cannot run the program"
fi
case_is stdout_full 2 "standard output" -- bash -c '"$@" > /dev/full' - "${RUN[@]}"
case_is stdout_full_json 2 "standard output" -- bash -c '"$@" > /dev/full' - "${RUN[@]}" --json
case_is stderr_full 0 -- bash -c '"$@" 2> /dev/full' - "${RUN[@]}"
mkdir "$W/disk"
if mount -t tmpfs -o size=32k tmpfs "$W/disk" 2> /dev/null; then
  bars 6000 > "$W/many.csv"
  case_is full_disk 2 "No space left" "$W/disk" -- "$PROGRAM" backtest "$SMA" --data "A=$W/many.csv" --quiet --out "$W/disk"
  if [ -e "$W/disk/summary.json" ]; then bad full_disk_no_summary "a summary beside cut files"; else good full_disk_no_summary; fi
  umount "$W/disk"
else
  skip full_disk "a tmpfs cannot be mounted here"
fi

# --- signals ---

cat > "$W/slow.lua" <<'LUA'
local S = {}
function S:on_bar() for _ = 1, 200000 do end end
return S
LUA
bars 30000 > "$W/slow.csv"
SLOW=("$PROGRAM" backtest "$W/slow.lua" --data "A=$W/slow.csv" --quiet)
MANY=$((LIMIT * 3))

# signal_is NAME STATUS SIGNAL PART... -- COMMAND...: the signal comes when the run has begun.
signal_is() {
  local name=$1 want=$2 signal=$3 parts=() got pid
  shift 3
  while [ "$1" != -- ]; do
    parts+=("$1")
    shift
  done
  shift
  # A shell starts background jobs with SIGINT ignored; env gives the default back.
  timeout --foreground -k 2 "$MANY" env --default-signal=INT,TERM,PIPE "$@" > "$W/log" 2>&1 < /dev/null &
  pid=$!
  sleep 1
  local child
  child=$(pgrep -P "$pid" | head -n 1)
  kill "-$signal" "$child" 2> /dev/null
  wait "$pid" 2> /dev/null
  got=$?
  verdict "$name" "$want" "$got" "${parts[@]}"
}
if command -v pgrep > /dev/null 2>&1; then
  for signal in INT TERM; do
    signal_is "signal_$signal" 1 "$signal" interrupted "$W/out_$signal" -- "${SLOW[@]}" --out "$W/out_$signal"
    lines "$W/out_$signal/equity.csv" 2 "signal_${signal}_equity"
    lines "$W/out_$signal/summary.json" 1 "signal_${signal}_summary"
  done
  signal_is signal_json 1 INT interrupted '"bars"' -- "${SLOW[@]}" --json
  signal_is signal_kill 137 KILL -- "${SLOW[@]}" --out "$W/out_kill"
  if [ -e "$W/out_kill/summary.json" ]; then bad signal_kill_no_summary "a summary of a run that was killed"; else good signal_kill_no_summary; fi
  case_is signal_kill_again 0 -- "${RUN[@]}" --out "$W/out_kill"
  # The first signal asks, the second one ends at once: here a check that never returns.
  cat > "$W/stuck.lua" <<LUA
return { data = { { symbol = "A", bars = "$W/ok.csv" } }, strategies = { "noop.lua" }, check = function() while true do end end }
LUA
  timeout -k 2 "$LIMIT" env --default-signal=INT "$PROGRAM" run "$W/stuck.lua" --quiet > "$W/log" 2>&1 &
  pid=$!
  sleep 1
  child=$(pgrep -P "$pid" | head -n 1)
  kill -INT "$child"
  kill -INT "$child"
  sleep 0.5
  kill -INT "$child"
  wait "$pid"
  verdict signal_twice 130 $?
else
  skip signals "pgrep is not here"
fi
case_is pipe_closed "0 2" -- bash -c '"$@" --json | true; exit "${PIPESTATUS[0]}"' - "${RUN[@]}"
case_is pipe_head "0 2" -- bash -c '"$@" | head -n 1; exit "${PIPESTATUS[0]}"' - "${RUN[@]}"
case_is pipe_help "0 2" -- bash -c '"$@" | true; exit "${PIPESTATUS[0]}"' - "$PROGRAM" help

# --- what may be missing ---

case_is stdin_closed 0 -- bash -c '"$@" <&-' - "${RUN[@]}"
case_is stdout_closed "0 2" -- bash -c '"$@" >&-' - "${RUN[@]}" --out "$W/closed"
case_is all_closed "0 2" -- bash -c '"$@" <&- >&- 2>&-' - "${RUN[@]}" --out "$W/closed_all"
for folder in closed closed_all; do
  if cmp -s "$W/$folder/equity.csv" "$W/out_good/equity.csv"; then
    good "$folder: results are whole"
  else
    bad "$folder: results are whole" "what was printed went into them"
  fi
done
case_is no_environment 0 -- env -i "${RUN[@]}"
case_is no_home 0 -- env -u HOME "${RUN[@]}"
case_is other_folder 0 -- bash -c 'cd / && exec "$@"' - "$PROGRAM" backtest "$SMA" --data "A=$W/ok.csv" --quiet
case_is relative 0 -- bash -c 'cd "$1" && shift && exec "$@"' - "$W" "$PROGRAM" backtest noop.lua --data A=ok.csv --quiet
mkdir "$W/gone"
case_is gone_folder "0 2" -- bash -c 'cd "$1" && rmdir "$1" && shift && exec "$@"' - "$W/gone" "${RUN[@]}"
case_is bad_home 2 nowhere -- env MOONDESK_HOME=/nowhere "$PROGRAM" backtest "$W/noop.lua" --data "A=$W/ok.csv" --quiet
mkdir "$W/bin"
cp "$PROGRAM" "$W/bin/moondesk"
case_is copied_alone "0 2" -- "$W/bin/moondesk" backtest "$W/noop.lua" --data "A=$W/ok.csv" --quiet
case_is copied_with_home 0 -- env "MOONDESK_HOME=$PWD" "$W/bin/moondesk" backtest "$W/noop.lua" --data "A=$W/ok.csv" --quiet
ln -s "$PROGRAM" "$W/bin/link"
case_is through_link 0 -- "$W/bin/link" backtest "$W/noop.lua" --data "A=$W/ok.csv" --quiet
case_is small_memory "0 1 2" -- bash -c 'case $1 in *asan*) exit 0 ;; esac; ulimit -v 60000; exec "$@"' - "${RUN[@]}"
case_is few_files "0 2" -- bash -c 'ulimit -n 6; exec "$@"' - "${RUN[@]}" --out "$W/few"
case_is long_path 2 -- "$PROGRAM" backtest "$(printf 'x%.0s' $(seq 5000)).lua" --data "A=$W/ok.csv" --quiet
case_is long_out 2 -- "${RUN[@]}" --out "$W/$(printf 'x%.0s' $(seq 5000))"
case_is file_size 2 "File too large" -- bash -c 'trap "" XFSZ; ulimit -f 1; exec "$@"' - "${RUN[@]}" --out "$W/limited"

# Two runs into one folder: the later one is refused, the first one's files stay whole.
timeout -k 2 "$MANY" "${SLOW[@]}" --out "$W/shared" > "$W/log_first" 2>&1 &
first=$!
for _ in $(seq 100); do
  [ -e "$W/shared/equity.csv.part" ] && break
  sleep 0.1
done
case_is two_at_once 2 shared "another run" -- "${RUN[@]}" --out "$W/shared"
kill -TERM "$first"
wait "$first"
if awk -F, 'NF != 5 { exit 1 } END { exit NR < 2 }' "$W/shared/equity.csv" && [ -s "$W/shared/summary.json" ]; then
  good two_at_once_first
else
  bad two_at_once_first "$(head -c 200 "$W/log_first")"
fi
case_is two_one_after_another 0 -- "${RUN[@]}" --out "$W/shared"
