# lib.sh - what the cases of bad_input.sh share. To be sourced; W is the folder of this run, PROGRAM the program.
# A case is one call of `case_is`: it runs a command with a time limit and compares exit status and message.
# shellcheck shell=bash

passed=0
failed=0
skipped=0

good() {
  passed=$((passed + 1))
  echo "ok $1"
}

bad() { # NAME WHY
  failed=$((failed + 1))
  echo "FAILED $1: $2"
}

skip() { # NAME WHY
  skipped=$((skipped + 1))
  echo "SKIPPED $1: $2"
}

# What a sanitizer or an aborted check leaves behind, in any build.
DEADLY='AddressSanitizer|LeakSanitizer|UndefinedBehavior|runtime error:|invariant broken|Assertion'

# verdict NAME STATUS GOT [PART...]: the log is $W/log. STATUS may be a list: "0 1".
verdict() {
  local name=$1 want=$2 got=$3 part
  shift 3
  if [ "$got" -eq 124 ] || { [ "$got" -eq 137 ] && [ "$want" != 137 ]; }; then
    bad "$name" "it hangs (status $got)"
    return 1
  fi
  if grep -aqE "$DEADLY" "$W/log"; then
    bad "$name" "$(grep -aE -m 1 "$DEADLY" "$W/log")"
    cp "$W/log" "$W/deadly.$name"
    return 1
  fi
  case " $want " in
    *" $got "*) ;;
    *)
      bad "$name" "status $got, want $want: $(head -c 300 "$W/log" | tr '\n' '~')"
      return 1
      ;;
  esac
  for part in "$@"; do
    if ! grep -aqF -e "$part" "$W/log"; then
      bad "$name" "no '$part' in: $(head -c 400 "$W/log" | tr '\n' '~')"
      return 1
    fi
  done
  good "$name"
}

LIMIT=20

# case_is NAME STATUS PART... -- COMMAND...
case_is() {
  local name=$1 want=$2 parts=() got
  shift 2
  while [ "$1" != -- ]; do
    parts+=("$1")
    shift
  done
  shift
  timeout -k 2 "$LIMIT" "$@" > "$W/log" 2>&1 < /dev/null
  got=$?
  verdict "$name" "$want" "$got" "${parts[@]}"
}

# backtest NAME STATUS PART... -- [OPTION...]: the strategy is $W/NAME.lua, the data $W/ok.csv.
backtest() {
  local name=$1 want=$2 parts=()
  shift 2
  while [ "$1" != -- ]; do
    parts+=("$1")
    shift
  done
  shift
  case_is "$name" "$want" "${parts[@]}" -- "$PROGRAM" backtest "$W/$name.lua" --data "A=$W/ok.csv" --quiet "$@"
}

# on_bar NAME CODE STATUS PART...: a strategy whose on_bar has the code on line 3.
on_bar() {
  local name=$1 code=$2 want=$3
  shift 3
  printf 'local oms = require "oms"\nreturn { on_bar = function(self, bar)\n%s\nend }\n' "$code" > "$W/$name.lua"
  backtest "$name" "$want" "$@" --
}

# file NAME: stdin becomes $W/NAME.
file() {
  cat > "$W/$1"
}

# session NAME STATUS PART...: the session is stdin.
session() {
  local name=$1 want=$2
  shift 2
  cat > "$W/$name.lua"
  case_is "$name" "$want" "$@" -- "$PROGRAM" run "$W/$name.lua" --quiet
}

# bars N [FIRST CLOSE]: N daily bars from 2020-01-01, weekends too.
bars() {
  echo "ts,open,high,low,close,volume"
  awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) { d = i % 28 + 1; m = int(i / 28) % 12 + 1; y = 2020 + int(i / 336)
    p = 100 + (i * 7) % 13; printf "%04d-%02d-%02d,%d,%d,%d,%d,%d\n", y, m, d, p, p + 2, p - 2, p + 1, 1000 } }'
}

ending() {
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}
