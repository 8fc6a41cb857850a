#!/usr/bin/env bash
# All tests, part by part. Usage: tests/run.sh [PART...]; without one, every part. Prints "== part: NAME" before
# each, and at the end "N passed, M failed": a unit counts each test program, other parts each check that they name.
# What cannot run here (data beside the repository) prints a line with SKIPPED and counts as neither.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@" # `sh tests/run.sh` is what the README says
set -u
cd "$(dirname "$0")/.." || exit 2
. tests/setup.sh

PARTS="unit release transitions order-types triggers cells library scenarios expected bad-input property sanitized"
PARTS="$PARTS determinism e2e crash clients browser fuzz tidy" # determinism compares with the sanitized build
FUZZ_SECONDS=${FUZZ_SECONDS:-30}
JOBS=${JOBS:-$(nproc)}
PROGRAM=build/release/moondesk
passed=0
failed=0
logs=$(mktemp -d) || exit 2
trap 'rm -rf "$logs"' EXIT
export MOONDESK_CACHE=$logs/cache # nothing is left in the user's

# check NAME COMMAND...: counts it; what it printed is shown when it failed, and its SKIPPED lines always.
check() {
  local name=$1 log="$logs/check"
  shift
  if "$@" > "$log" 2>&1; then
    passed=$((passed + 1))
    echo "ok      $name"
    grep -a SKIPPED "$log"
  else
    failed=$((failed + 1))
    echo "FAILED  $name"
    tail -n 60 "$log"
  fi
}

must_exist() {
  local path
  for path in "$@"; do
    if [ ! -e "$path" ]; then
      failed=$((failed + 1))
      echo "FAILED  $path is missing"
      return 1
    fi
  done
}

# build PRESET TARGET...: a build that fails is a failed check, and the part ends.
build() {
  local preset=$1 log="$logs/build"
  shift
  if [ ! -f "build/$preset/build.ninja" ] && ! cmake --preset "$preset" > "$log" 2>&1; then
    failed=$((failed + 1))
    echo "FAILED  configure $preset"
    tail -n 40 "$log"
    return 1
  fi
  if ! ninja -C "build/$preset" -j "$JOBS" "$@" > "$log" 2>&1; then
    failed=$((failed + 1))
    echo "FAILED  build $preset"
    grep -aE 'error|undefined|FAILED' "$log" | head -n 40
    return 1
  fi
}

# unit_tests PRESET [CTEST OPTION...]: every test program is one check.
unit_tests() {
  local preset=$1 log="$logs/ctest" good bad
  shift
  must_exist tests/unit && build "$preset" all || return
  ctest --test-dir "build/$preset" -j "$JOBS" --timeout 300 "$@" > "$log" 2>&1
  good=$(grep -acE '^ *[0-9]+/[0-9]+ Test .* Passed ' "$log")
  bad=$(grep -acE '^ *[0-9]+/[0-9]+ Test .*(\*\*\*|Not Run)' "$log")
  if [ "$good" -eq 0 ] && [ "$bad" -eq 0 ]; then
    bad=1 # no tests were found: that is none that passed
  fi
  passed=$((passed + good))
  failed=$((failed + bad))
  echo "$good test programs passed, $bad failed ($preset)"
  grep -ahE 'SKIPPED' build/"$preset"/Testing/Temporary/LastTest.log | sort -u
  if [ "$bad" -gt 0 ]; then
    grep -aE '(\*\*\*|Not Run)' "$log"
    ctest --test-dir "build/$preset" --rerun-failed --output-on-failure --timeout 300 2>&1 | tail -n 80
  fi
}

part_unit() {
  unit_tests debug
}

part_release() {
  unit_tests release -E '^unit\.bind\.|property'
}

# Every (state, event) cell of the order model.
part_transitions() {
  unit_tests release -R '^unit\.core\.test_order_table'
}
# Order types, bar paths and times in force: tables of hand-worked fills.
part_order_types() {
  unit_tests release -R '^unit\.sim\.'
}
# Brackets, ocos and otos, and what reduces: scenarios that give such orders.
part_triggers() {
  local file
  must_exist tests/scenario && build release moondesk || return
  for file in $(grep -lE 'bracket|oco|oto|reduce_only|oms.close' tests/scenario/*.lua tests/scenario/scripts/*.lua \
    | sed 's|scripts/||' | sort -u); do
    [ -e "$file" ] && check "$file" "$PROGRAM" run "$file" --quiet
  done
}
part_cells() {
  unit_tests release -R '^unit\.bind\.'
}
# The same tests, scenarios and bad input under ASan and UBSan.
part_sanitized() {
  export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
  unit_tests asan
  check "scenarios" bash tests/scenario/run.sh build/asan/moondesk
  check "expected results, S&P 500" lua5.4 tests/expected/run.lua build/asan/moondesk sp500
  unset ASAN_OPTIONS UBSAN_OPTIONS
  counted "bad input" bash tests/bad_input/run.sh build/asan/moondesk
}
part_library() {
  local file
  must_exist lua/oms rules strategies && build release moondesk || return
  for file in rules/*.lua strategies/*.lua; do
    check "check $file" "$PROGRAM" check "$file"
  done
  for file in tests/lua/*.lua; do
    [ -e "$file" ] && check "$file" lua5.4 "$file"
  done
}

part_scenarios() {
  local file
  must_exist tests/scenario && build release moondesk || return
  for file in tests/scenario/*.lua; do
    check "$file" "$PROGRAM" run "$file" --quiet
  done
}

# Results of other engines: each case is one check, as tests/expected/run.lua counts them.
# counted NAME COMMAND...: a command that counts its own cases and ends with "N passed, M failed".
counted() {
  local name=$1 log="$logs/counted" counts
  shift
  "$@" > "$log" 2>&1
  counts=$(grep -aE '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
  grep -a SKIPPED "$log"
  if [ -z "$counts" ]; then
    failed=$((failed + 1))
    echo "FAILED  $name did not come to its end"
    tail -n 20 "$log"
    return
  fi
  grep -a '^FAILED' "$log"
  echo "$name: $counts"
  # shellcheck disable=SC2086 -- four words
  set -- $counts
  passed=$((passed + $1))
  failed=$((failed + $3))
}
part_expected() {
  must_exist tests/expected/run.lua && build release moondesk || return
  counted "trades and orders of two other engines" lua5.4 tests/expected/run.lua "$PROGRAM"
  check "random scripts against the reference simulator" sh tests/expected/random.sh "$PROGRAM"
}
part_scripts() { # FOLDER: each *.sh in it gets the program
  local file
  must_exist "$1" && build release moondesk || return
  for file in "$1"/*.sh; do
    check "$file" "$file" "$PROGRAM"
  done
}

part_bad_input() {
  must_exist tests/bad_input/run.sh && build release moondesk || return
  counted "bad input" bash tests/bad_input/run.sh "$PROGRAM"
}

part_determinism() {
  part_scripts tests/determinism
}

# Seeded histories of orders against invariants, longer than among the unit tests.
part_property() {
  MOONDESK_ORDERS=${MOONDESK_ORDERS:-200000} unit_tests release -R property
}

# Each target runs on a copy of its corpus: what it finds does not end up in the repository.
part_fuzz() {
  local file name corpus
  must_exist tests/fuzz && build fuzz fuzzers || return
  for file in tests/fuzz/fuzz_*.c; do
    name=$(basename "$file" .c)
    corpus="$logs/corpus_$name"
    mkdir -p "$corpus"
    if [ -d "tests/fuzz/corpus/${name#fuzz_}" ]; then
      cp -r "tests/fuzz/corpus/${name#fuzz_}/." "$corpus"
    fi
    check "$name, $FUZZ_SECONDS s" "build/fuzz/$name" -max_total_time="$FUZZ_SECONDS" -timeout=10 \
      -rss_limit_mb=2048 -artifact_prefix="$logs/" -print_final_stats=1 "$corpus"
  done
}

# Names of C files that clang-format would change.
unformatted() {
  local file bad=0
  for file in $(git ls-files 'src/*.[ch]' 'tests/*.[ch]'); do
    if ! clang-format-14 "$file" | cmp -s - "$file"; then
      echo "$file is not formatted"
      bad=1
    fi
  done
  return $bad
}

shell_syntax() {
  local file bad=0
  for file in $(git ls-files '*.sh' '*.inc' .ci/run); do
    bash -n "$file" || bad=1
  done
  return $bad
}

part_tidy() {
  must_exist tests/tidy/tidy.sh || return
  check "house rules" sh tests/tidy/tidy.sh
  [ -e tests/tidy/tidy_test.sh ] && check "the check of house rules" sh tests/tidy/tidy_test.sh
  build debug moondesk && check "rooms" sh tests/tidy/rooms.sh build/debug
  check "format" unformatted
  check "luacheck" sh -c 'git ls-files "*.lua" | xargs luacheck --quiet --no-color'
  check "shell" shell_syntax
}

part_e2e() {
  build release moondesk load venue fan fault_shim || return
  part_scripts tests/e2e
}

part_clients() {
  must_exist tests/clients/run.sh && build release moondesk || return
  counted "npm clients of the Alpaca API" tests/clients/run.sh "$PROGRAM"
}

# The host killed at random moments, KILLS times; what it counted is the last line.
part_crash() {
  must_exist tests/crash/run.sh && build release moondesk load venue bench_bars || return
  check "${KILLS:-100} kills" bash tests/crash/run.sh "${KILLS:-100}" release
  tail -n 1 "$logs/check"
}

part_browser() {
  must_exist tests/browser/run.mjs && build release moondesk || return
  counted "pages in a browser" node tests/browser/run.mjs "$PROGRAM"
}

run_part() {
  local start=$SECONDS
  echo "== part: $1"
  "part_${1//-/_}"
  echo "($((SECONDS - start)) s)"
}

for part in "$@"; do
  case " $PARTS " in
    *" $part "*) ;;
    *)
      echo "tests/run.sh: there is no part '$part'; parts: $PARTS" >&2
      exit 2
      ;;
  esac
done
if ! setup_packages test; then
  exit 2
fi
# shellcheck disable=SC2086 -- a list of words
[ $# -gt 0 ] || set -- $PARTS
for part in "$@"; do
  run_part "$part"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
