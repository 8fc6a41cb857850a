#!/bin/sh
# rooms.sh - a room sees the headers of the rooms that CMakeLists.txt names for it and no others: for each room a file
# that includes a header of a room below it must compile, and one that includes a header of a room above must not.
# Usage (from the root): tests/tidy/rooms.sh BUILD_FOLDER
set -u
view=${1:-build/debug}/view
[ -d "$view" ] || { echo "FAILED: $view is missing: configure the build first" >&2; exit 1; }
bad=0

# compiles ROOM HEADER: whether a file of the room may include it.
compiles() {
  printf '#include "%s"\n' "$2" | cc -std=c11 -D_POSIX_C_SOURCE=200809L -I"$view/$1" -fsyntax-only -x c - 2> /dev/null
}
may() {
  compiles "$1" "$2" || { echo "FAILED: src/$1 cannot include $2"; bad=1; }
}
may_not() {
  ! compiles "$1" "$2" || { echo "FAILED: src/$1 can include $2"; bad=1; }
}
may core base/fixed.h && may_not base core/order.h
may_not core port/desk.h && may_not core bind/script.h && may_not core sim/sim.h && may_not core host/run.h
may sim core/engine.h && may_not sim bind/script.h && may_not sim data/feed.h && may_not sim host/desk.h
may data port/feed.h && may_not data sim/sim.h && may_not data bind/script.h && may_not data host/run.h
may bind port/desk.h && may_not bind sim/sim.h && may_not bind data/feed.h && may_not bind host/desk.h
may store port/journal.h && may_not store host/host.h && may_not store net/server.h
may net base/err.h && may_not net api/api.h && may_not net host/run.h
may api net/server.h && may_not api host/host.h && may_not api store/store.h && may_not api bind/script.h
may host web/pages.h && may_not bind web/pages.h
may host bind/script.h && may_not host cli/cli.h
may cli host/run.h
[ "$bad" -eq 0 ] && echo "ok      rooms see what they may and nothing else"
exit "$bad"
