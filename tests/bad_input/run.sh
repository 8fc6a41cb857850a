#!/usr/bin/env bash
# Bad input through the program: broken data, run-away scripts, faulty sessions, places that cannot be written, signals.
# Usage: tests/bad_input/run.sh PROGRAM [GROUP...]; groups: data ticks scripts calls sessions process (all without one).
# Prints "ok NAME" or "FAILED NAME: why" for each case, and "N passed, M failed". No case may crash, hang, or draw a
# report of a sanitizer: the script is meant for the asan build, too.
set -u
[ $# -ge 1 ] && [ -x "$1" ] || { echo "usage: $0 PROGRAM [GROUP...]" >&2; exit 2; }
PROGRAM=$(realpath "$1")
shift
cd "$(dirname "$0")/../.." || exit 2
HERE=$PWD/tests/bad_input/groups
W=$(mktemp -d) || exit 2
trap 'chmod -R u+rwx "$W" 2> /dev/null; rm -rf "$W"' EXIT
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:exitcode=99} UBSAN_OPTIONS=${UBSAN_OPTIONS:-exitcode=99}
unset MOONDESK_HOME
export MOONDESK_CACHE=$W/cache # nothing is left in the user's

. "$HERE/lib.sh"
bars 60 > "$W/ok.csv"
printf 'return { on_bar = function(self, bar) end }\n' > "$W/noop.lua"

[ $# -gt 0 ] || set -- data ticks scripts calls sessions process
for group in "$@"; do
  # shellcheck source=/dev/null
  . "$HERE/$group.sh" || exit 2
done
ending
