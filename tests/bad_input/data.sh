#!/usr/bin/env bash
# Data files that are wrong: each is refused with its file, line and column, status 2, and no crash.
# Usage (from the root): tests/bad_input/data.sh build/release/moondesk
. tests/cases.inc
cd "$work" || exit 2
printf 'return { on_bar = function() end }\n' > s.lua

# bad NAME PATTERN: the file NAME is refused with a first line that matches; what ran before the bad line is told as
# a part.
bad() {
  run backtest s.lua --data "X=$1" --quiet --json
  want_status 2
  want_line err "^moondesk: .*$1.*$2"
  if [ -s out ]; then
    want_text out '"partial": 1$'
  fi
}

head_line='ts,open,high,low,close,volume'
rows() { # ROW...: the header and rows
  printf '%s\n' "$head_line" "$@"
}
good_row=2024-01-02,10,11,9,10.5,100

printf '' > empty.csv
bad empty.csv ''
printf 'ts,open,high,low\n2024-01-02,1,2,3\n' > no_close.csv
bad no_close.csv close
printf '%s\n' 'a,b,c' '1,2,3' > other_columns.csv
bad other_columns.csv ''
rows $good_row 2024-01-03,10,11,x,10.5,100 > number.csv
bad number.csv ':3:'
rows $good_row 2024-01-03,10,11,nan,10.5,100 > nan.csv
bad nan.csv ':3:'
rows $good_row 2024-01-03,10,11,1e400,10.5,100 > huge.csv
bad huge.csv ':3:'
rows $good_row 2024-01-03,10,11,9 > short.csv
bad short.csv ':3:'
rows $good_row 2024-01-01,10,11,9,10.5,100 > order.csv
bad order.csv ':3'
rows $good_row 2024-01-03,10,9,11,10.5,100 > high_low.csv
bad high_low.csv ':3'
rows $good_row 2024-02-30,10,11,9,10.5,100 > date.csv
bad date.csv ':3:'
rows $good_row 1924-13-01T99:00,10,11,9,10.5,100 > time.csv
bad time.csv ':3:'
head -c 4096 /dev/urandom > noise.csv
bad noise.csv ''
{ rows $good_row; printf '2024-01-03,10,11,9,10\0,5\n'; } > nul.csv
bad nul.csv ':3'
{ rows $good_row; head -c 3000000 /dev/zero | tr '\0' '1'; } > long_line.csv
bad long_line.csv ''
rows $good_row | gzip -c | head -c 30 > cut.csv.gz
bad cut.csv.gz ''
printf 'PK\003\004 this is no archive' > broken.zip
bad broken.zip ''
mkdir folder.csv
bad folder.csv ''

# What looks odd and is right.
rows $good_row 2024-01-03,10,11,9,10.5,100 | sed 's/$/\r/' > crlf.csv
run backtest s.lua --data X=crlf.csv --json
want_status 0
want_text out '"bars": 2,'
rows $good_row | tr -d '\n' | sed 's/volume2/volume\n2/' > no_newline.csv
run backtest s.lua --data X=no_newline.csv --json --timeframe 1d
want_status 0
want_text out '"bars": 1,'

finish
