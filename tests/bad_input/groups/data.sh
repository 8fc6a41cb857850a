# data.sh - data files that are broken, odd, or not there.
# shellcheck shell=bash

# data NAME STATUS PART...: the file is $W/NAME (with its ending).
data() {
  local name=$1 want=$2
  shift 2
  case_is "data_$name" "$want" "$@" -- "$PROGRAM" backtest "$W/noop.lua" --data "A=$W/$name" --quiet
}

HEADER=ts,open,high,low,close,volume

rows() { # NAME ROW...
  local name=$1
  shift
  { echo "$HEADER"; printf '%s\n' "$@"; } > "$W/$name"
}

gzip -c "$W/ok.csv" > "$W/ok.csv.gz"
bars 3000 | gzip -c > "$W/long.csv.gz"
size=$(stat -c %s "$W/long.csv.gz")

data ok.csv 0
data ok.csv.gz 0
head -c $((size / 2)) "$W/long.csv.gz" > "$W/cut.csv.gz"
data cut.csv.gz 2 cut.csv.gz "truncated"
cp "$W/long.csv.gz" "$W/flipped.csv.gz"
printf '\x55\xaa\x55' | dd of="$W/flipped.csv.gz" bs=1 seek=$((size / 2)) conv=notrunc 2> /dev/null
data flipped.csv.gz 2 flipped.csv.gz
for n in 0 1 2 5 9 10 11 17 100 $((size - 9)) $((size - 8)) $((size - 4)) $((size - 1)); do
  head -c "$n" "$W/long.csv.gz" > "$W/cut$n.csv.gz"
  data "cut$n.csv.gz" 2 "cut$n.csv.gz"
done
RANDOM=7
for i in 1 2 3 4 5 6 7 8; do
  n=$((RANDOM * size / 32768))
  head -c "$n" "$W/long.csv.gz" > "$W/random$i.csv.gz"
  data "random$i.csv.gz" 2 "random$i.csv.gz"
done

printf 'ts,open,high,low,volume\n2020-01-01,1,1,1,1\n' > "$W/no_close.csv"
data no_close.csv 2 no_close.csv:1 close
printf 'open,high,low,close\n1,1,1,1\n' > "$W/no_ts.csv"
data no_ts.csv 2 no_ts.csv:1 ts
printf 'ts,open,open,high,low,close\n2020-01-01,1,1,1,1,1\n' > "$W/twice.csv"
data twice.csv 2 twice.csv:1 open
rows back.csv 2020-01-02,1,1,1,1,1 2020-01-03,1,1,1,1,1 2020-01-02,1,1,1,1,1
data back.csv 2 back.csv:4
rows nan.csv 2020-01-02,1,1,1,1,1 2020-01-03,1,1,1,NaN,1
data nan.csv 2 nan.csv:3 close
rows inf.csv 2020-01-02,1,inf,1,1,1
data inf.csv 2 inf.csv:2 high
rows negative.csv 2020-01-02,1,1,-1,1,1
data negative.csv 2 negative.csv:2 low
rows zero.csv 2020-01-02,1,1,0,1,1
data zero.csv 2 zero.csv:2 low
rows upside_down.csv 2020-01-02,1,1,2,1,1
data upside_down.csv 2 upside_down.csv:2 high low
rows open_outside.csv 2020-01-02,3,2,1,2,1
data open_outside.csv 2 open_outside.csv:2 open
rows short_row.csv 2020-01-02,1,1,1
data short_row.csv 2 short_row.csv:2
rows empty_field.csv 2020-01-02,1,,1,1,1
data empty_field.csv 2 empty_field.csv:2 high
rows word.csv 2020-01-02,1,one,1,1,1
data word.csv 2 word.csv:2 high one
rows bad_time.csv 2020-13-02,1,1,1,1,1
data bad_time.csv 2 bad_time.csv:2 2020-13-02
rows no_such_day.csv 2023-02-29,1,1,1,1,1
data no_such_day.csv 2 no_such_day.csv:2 2023-02-29
rows negative_volume.csv 2020-01-02,1,1,1,1,-5
data negative_volume.csv 2 negative_volume.csv:2 volume
rows huge_price.csv 2020-01-02,1,99999999999,1,1,1
data huge_price.csv 2 huge_price.csv:2 high
rows edge_price.csv 2020-01-02,9223372036,9223372036.854775806,9223372036,9223372036,1 2020-01-03,1,1,1,1,1
data edge_price.csv "0 2"
rows long_number.csv "2020-01-02,1,1.$(printf '1%.0s' $(seq 500)),1,1,1"
data long_number.csv "0 2"
: > "$W/empty.csv"
data empty.csv 2 empty.csv
echo "$HEADER" > "$W/header_only.csv"
data header_only.csv 2 header_only.csv
printf '\n\n\n' > "$W/blank.csv"
data blank.csv 2 blank.csv
{ echo "$HEADER"; head -c 10000000 /dev/zero | tr '\0' 1; echo; } > "$W/long_line.csv"
data long_line.csv 2 long_line.csv:2
head -c 10000000 /dev/zero | tr '\0' , > "$W/commas.csv"
data commas.csv 2 commas.csv:1
head -c 10000000 /dev/zero > "$W/zeros.csv"
data zeros.csv 2 zeros.csv
sed 's/$/\r/' "$W/ok.csv" > "$W/crlf.csv"
data crlf.csv 0
{ printf '\xef\xbb\xbf'; cat "$W/ok.csv"; } > "$W/bom.csv"
data bom.csv 0
head -c -1 "$W/ok.csv" > "$W/no_last_newline.csv"
data no_last_newline.csv 0
{ printf '\xff\xfe'; iconv -t UTF-16LE "$W/ok.csv"; } > "$W/utf16.csv"
data utf16.csv 2 utf16.csv
tr ',' ';' < "$W/ok.csv" > "$W/semicolon.csv"
data semicolon.csv "0 2"
head -c 100000 /dev/urandom > "$W/garbage.csv"
data garbage.csv 2 garbage.csv
head -c 100000 /dev/urandom > "$W/garbage.csv.gz"
data garbage.csv.gz 2 garbage.csv.gz
head -c 100000 /dev/urandom > "$W/garbage.zip"
data garbage.zip 2 garbage.zip
printf 'PK\003\004' > "$W/stump.zip"
data stump.zip 2 stump.zip

# zip_of NAME FILE...: python3 is there wherever zip is not.
zip_of() {
  local name=$1
  shift
  if command -v zip > /dev/null 2>&1; then
    (cd "$W" && zip -q "$name" "$@")
  elif command -v python3 > /dev/null 2>&1; then
    (cd "$W" && python3 -m zipfile -c "$name" "$@")
  else
    return 1
  fi
}
cp "$W/ok.csv" "$W/other.csv"
if zip_of one.zip ok.csv && zip_of two.zip ok.csv other.csv; then
  data one.zip 0
  data two.zip 2 two.zip "one"
  head -c 300 "$W/one.zip" > "$W/cut.zip"
  data cut.zip 2 cut.zip
else
  skip data_two.zip "neither zip nor python3 is here"
fi

mkdir "$W/folder.csv"
data folder.csv 2 folder.csv "the folder holds no file"
data missing.csv 2 missing.csv "no such file"
mkfifo "$W/pipe.csv"
(cat "$W/ok.csv" > "$W/pipe.csv") &
writer=$!
data pipe.csv "0 2"
kill "$writer" 2> /dev/null
wait "$writer" 2> /dev/null
cp "$W/ok.csv" "$W/unreadable.csv"
chmod 000 "$W/unreadable.csv"
if [ "$(id -u)" -ne 0 ]; then
  data unreadable.csv 2 unreadable.csv "Permission denied"
elif chmod 755 "$W" && setpriv --reuid 65534 --regid 65534 --clear-groups "$PROGRAM" version > /dev/null 2>&1; then
  case_is data_unreadable.csv 2 unreadable.csv "Permission denied" -- setpriv --reuid 65534 --regid 65534 \
    --clear-groups "$PROGRAM" backtest "$W/noop.lua" --data "A=$W/unreadable.csv" --quiet
else
  skip data_unreadable.csv "root reads everything, and another user cannot run the program"
fi
case_is data_dev_null 2 /dev/null -- "$PROGRAM" backtest "$W/noop.lua" --data A=/dev/null --quiet
case_is data_twice_one_symbol 2 A -- "$PROGRAM" backtest "$W/noop.lua" --data "A=$W/ok.csv" --data "A=$W/ok.csv" \
  --data A= --quiet
case_is data_bad_zone 2 --tz Mars America/New_York -- "$PROGRAM" backtest "$W/noop.lua" --data "A=$W/ok.csv" \
  --tz Mars --quiet
case_is data_from_after_end 2 from -- "$PROGRAM" backtest "$W/noop.lua" --data "A=$W/ok.csv" --from 2030-01-01 --quiet
case_is data_from_after_to 2 from -- "$PROGRAM" backtest "$W/noop.lua" --data "A=$W/ok.csv" --from 2020-02-01 \
  --to 2020-01-01 --quiet

# Folders and patterns.
mkdir -p "$W/no_data" "$W/some_data"
echo text > "$W/no_data/readme.txt"
cp "$W/garbage.csv" "$W/some_data/A.csv"
many() { # NAME STATUS DATA PART...
  local name=$1 want=$2 what=$3
  shift 3
  case_is "data_$name" "$want" "$@" -- "$PROGRAM" backtest "$W/noop.lua" --data "$what" --quiet
}
many empty_folder 2 "$W/no_data" no_data .csv.gz
many empty_folder_of_symbol 2 "A=$W/no_data" no_data .csv.gz
many garbage_folder 2 "$W/some_data" some_data/A.csv
many no_match 2 "$W/nothing*.csv" 'nothing*.csv' pattern
many no_match_of_symbol 2 "A=$W/nothing*.csv" 'nothing*.csv' pattern
many missing_folder 2 "$W/nowhere/" nowhere SYMBOL=FILE
many open_bracket 2 "$W/[a" '[a'
many long_pattern 2 "A=$(printf 'x%.0s' $(seq 5000))*" xxx
many lone_star 2 "A=$W/*" "$W"
case_is data_build_word 2 --build often 5m -- "$PROGRAM" backtest "$W/noop.lua" --data "A=$W/ok.csv" --build often --quiet
case_is data_build_finer 2 1m 1d built -- "$PROGRAM" backtest "$W/noop.lua" --data "A=$W/ok.csv" --build 1m --quiet
case_is data_build_odd 2 3d built -- "$PROGRAM" backtest "$W/noop.lua" --data "A=$W/ok.csv" --build 3d --quiet
case_is data_build_twice 2 1w already -- "$PROGRAM" backtest "$W/noop.lua" --data "A=$W/ok.csv" --build 1w,1w --quiet

# A cache that is no cache.
printf 'x' > "$W/no_cache"
case_is data_cache_is_file 0 -- "$PROGRAM" backtest "$W/noop.lua" --data "A=$W/long.csv.gz" --cache "$W/no_cache" --quiet
case_is data_cache_word 2 cache clean -- "$PROGRAM" cache clean
case_is data_cache_not_folder 2 "$W/no_cache" -- "$PROGRAM" cache --cache "$W/no_cache"
case_is data_cache_clear_not_folder 2 "$W/no_cache" -- "$PROGRAM" cache clear --cache "$W/no_cache"

# A pipe among the files of a folder or of a pattern is passed by: nobody may ever write into it.
mkdir "$W/with_pipe"
cp "$W/ok.csv" "$W/with_pipe/A.csv"
mkfifo "$W/with_pipe/B.csv"
case_is data_folder_pipe 0 -- "$PROGRAM" backtest "$W/noop.lua" --data "$W/with_pipe" --quiet
case_is data_pattern_pipe 0 -- "$PROGRAM" backtest "$W/noop.lua" --data "$W/with_pipe/*.csv" --quiet
