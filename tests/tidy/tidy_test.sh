#!/bin/sh
# Tests tidy.sh on small repositories: a clean one passes, and each kind of offence is hit by its check.
set -u
tidy=$(cd "$(dirname "$0")" && pwd)/tidy.sh
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
failed=0

# offence CHECK FILE TEXT: tidy.sh must fail on a repository with this file, at this check and no other.
offence() {
  repo=$work/repo
  rm -rf "$repo"
  mkdir -p "$repo/$(dirname "$2")" && git -C "$repo" init -q || exit 2
  printf '%b\n' "$3" > "$repo/$2"
  git -C "$repo" add -A
  out=$(sh "$tidy" "$repo")
  code=$?
  named=$(printf '%s\n' "$out" | sed -n 's/^HIT   //p')
  if [ "$named" != "$1" ] || { [ -n "$1" ] && [ "$code" -ne 1 ]; } || { [ -z "$1" ] && [ "$code" -ne 0 ]; }; then
    echo "FAILED $2: wanted '$1', got '$named' and exit $code"
    failed=1
  fi
}

long_body=$(awk 'BEGIN { for (i = 0; i < 71; i++) printf "  a++;\\n" }')
fit_body=$(awk 'BEGIN { for (i = 0; i < 70; i++) printf "  a++;\\n" }')
long_file=$(awk 'BEGIN { for (i = 0; i < 701; i++) printf "extern int a;\\n" }')
line_100=$(awk 'BEGIN { for (i = 0; i < 100; i++) printf "x" }')
table=$(awk 'BEGIN { for (i = 0; i < 90; i++) printf "  {1},\\n" }')

offence "" src/core/a.c '/* A double in a comment, time() too. */\n#include "base/time.h"\nint a; // float'
offence "" src/core/a.c 'const char *a = "double \\" float";\nchar b = 0x22;'
offence "" src/bind/a.c '#include <lua.h>\nint a;'
offence "" tests/unit/bind/a.c '#include "lua.h"\nint a;'
offence "" src/host/a.c '#include <uv.h>\nint a;'
offence "" src/host/a.c 'double a;'
offence "" src/core/a.c "int f(int a) {\n$fit_body}"
offence "" src/core/a.c "static const int a[] = {\n$table};"
offence "" src/core/a.c "$line_100"
offence "" src/core/a.c 'void f(void) {\n  set_time(1);\n  oms_free(e);\n  timeout(3);\n}'
offence "" README.md 'See docs/work/a and https://example.org/home/page.'

offence "lua.h in src/bind and tests only" src/core/a.c '#include <lauxlib.h>'
offence "lua.h in src/bind and tests only" src/host/a.h '# include "lua.h"'
offence "uv.h in src/net, src/host and tests only" src/bind/a.c '#include <uv.h>'
offence "http_parser.h in src/net/http_head.c only" src/net/a.c '#include <http_parser.h>'
offence "wslay.h in src/net/ws_in.c only" src/net/a.c '#include <wslay/wslay.h>'
offence "sqlite3.h in src/store only" src/host/a.c '#include <sqlite3.h>'
offence "no floating point in src/core" src/core/a.h '/* why */ double a;'
offence "no floating point in src/core" src/core/a.c 'int b; /* x\n y */ float a;'
offence "no clock, system or thread headers in src/core" src/core/a.c '#include <time.h>'
offence "no clock, system or thread headers in src/core" src/core/a.c '#include <sys/stat.h>'
offence "no files, environment, clock or bare heap in src/core" src/core/a.c 'void f(void) {\n  fopen(a, b);\n}'
offence "no files, environment, clock or bare heap in src/core" src/core/a.c 'void f(void) {\n  a = time(0);\n}'
offence "C files of at most 700 lines" src/host/a.c "$long_file"
offence "functions of at most 70 lines" src/host/a.c "int f(int a) {\n$long_body}"
offence "functions of at most 70 lines" src/host/a.c "static int f(int a,\n             int b) {\n$long_body}"
offence "C lines of at most 100 columns" src/host/a.c "${line_100}x"
offence "no notes of what is left to do" src/host/a.c '/* TODO: all of it */'
offence "no machine paths" docs/a.md 'cd /home/me && ls'
offence "no machine paths" a.txt 'in /home/x'
offence "no registry hosts" a.txt 'https://pypi.org/simple'

[ "$failed" -eq 0 ] && echo "tidy.sh: all offences are hit"
exit "$failed"
