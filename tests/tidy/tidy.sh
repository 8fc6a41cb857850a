#!/bin/sh
# Checks the tracked files against the house rules that no compiler sees: which room includes what, a core
# without clock, files and floating point, sizes, and no trace of the machine it was written on.
# Usage: tidy.sh [root of the repository]. Prints every check and every hit; exit 1 when there was one.
set -u
here=$(dirname "$0")
root=${1:-$here/../..}
cd "$root" || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

git ls-files > "$work/all" || exit 2
grep -E '\.(c|h|def)$' "$work/all" > "$work/c"
grep -E '\.lua$' "$work/all" > "$work/lua"

# report NAME: reads hits from standard input, one a line.
report() {
  sed '/^$/d' > "$work/hits"
  if [ -s "$work/hits" ]; then
    echo "HIT   $1"
    sed 's/^/      /' "$work/hits"
    : > "$work/bad" # a file: checks run at the end of a pipe, in a shell of their own
  else
    echo "ok    $1"
  fi
}

# hits PATTERN FILES: lines of the listed files that match, as file:line:text.
hits() {
  if [ -s "$2" ]; then
    tr '\n' '\0' < "$2" | xargs -0 grep -nHE -e "$1" 2> /dev/null
  fi
}

# code FILES: the files without comments, texts and characters, as file:line:code.
code() {
  if [ -s "$1" ]; then
    tr '\n' '\0' < "$1" | xargs -0 awk '
      FNR == 1 { inside = 0 }
      {
        line = $0
        out = ""
        while (line != "") {
          if (inside) {
            at = index(line, "*/")
            if (at == 0) { line = ""; break }
            line = substr(line, at + 2)
            inside = 0
            continue
          }
          if (substr(line, 1, 2) == "/*") { inside = 1; line = substr(line, 3); continue }
          if (substr(line, 1, 2) == "//") { break }
          if (out !~ /#include *$/ && match(line, /^"([^"\\]|\\.)*"/)) {
            out = out "\"\""
            line = substr(line, RLENGTH + 1)
            continue
          }
          if (match(line, /^\047([^\047\\]|\\.)*\047/)) {
            line = substr(line, RLENGTH + 1)
            continue
          }
          out = out substr(line, 1, 1)
          line = substr(line, 2)
        }
        print FILENAME ":" FNR ":" out
      }'
  fi
}

# includes HEADERS ALLOWED: who includes one of the headers outside the allowed folders.
includes() {
  grep -vE "$2" "$work/c" > "$work/files"
  hits "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($1)[>\"]" "$work/files"
}

echo "tidy: $(wc -l < "$work/all") tracked files, $(wc -l < "$work/c") of C, $(wc -l < "$work/lua") of Lua"

includes '(lua|lauxlib|lualib|luaconf)\.h' '^(src/bind|tests)/' | report "lua.h in src/bind and tests only"
includes 'uv\.h' '^(src/(net|host)|tests)/' | report "uv.h in src/net, src/host and tests only"
includes 'http_parser\.h' '^src/net/http_head\.c$' | report "http_parser.h in src/net/http_head.c only"
includes 'wslay/wslay\.h' '^src/net/ws_in\.c$' | report "wslay.h in src/net/ws_in.c only"
includes 'sqlite3\.h' '^src/store/' | report "sqlite3.h in src/store only"

grep '^src/core/' "$work/c" > "$work/core"
code "$work/core" > "$work/core_code"
grep -wE 'double|float' "$work/core_code" | report "no floating point in src/core"
hits '^[[:space:]]*#[[:space:]]*include[[:space:]]*<(time|unistd|fcntl|pthread|signal|threads|locale|sys/[a-z]*)\.h>' \
  "$work/core" | report "no clock, system or thread headers in src/core"
grep -E '(^|[^A-Za-z0-9_.>])(f(open|close|read|write|printf|puts|gets|scanf|flush|seek)|printf|puts|putchar|getenv|time|clock|rand|malloc|calloc|realloc|free|abort|exit) *\(' \
  "$work/core_code" | report "no files, environment, clock or bare heap in src/core"

while read -r file; do
  [ -f "$file" ] && wc -l "$file"
done < "$work/c" | awk '$1 > 700 { print $2 ": " $1 " lines" }' | report "C files of at most 700 lines"

if [ -s "$work/c" ]; then
  tr '\n' '\0' < "$work/c" | xargs -0 awk '
    FNR == 1 { start = 0 }
    /^[a-z_].*\(/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
    !start && /\) \{$/ && /^[a-z_ ]/ && !/=/ && !/^ *(if|for|while|switch|else|do)[ (]/ && !/^[ ]*\}/ {
      if ($0 ~ /^[a-z_]/ || $0 ~ /^ +[a-z_].*\) \{$/) { start = FNR }
    }
    start && /^}/ {
      if (FNR - start - 1 > 70) { print FILENAME ":" start ": " name " has " FNR - start - 1 " lines" }
      start = 0
    }'
fi | report "functions of at most 70 lines"

# Characters are counted, not bytes, whatever the locale: bytes that continue a character are dropped first.
if [ -s "$work/c" ]; then
  tr '\n' '\0' < "$work/c" | LC_ALL=C xargs -0 awk '
    FNR == 1 { table = 0 }
    /clang-format off/ { table = 1 } # aligned tables stand between off and on
    /clang-format on/ { table = 0 }
    { text = $0; gsub(/[\200-\277]/, "", text) }
    !table && length(text) > 100 { print FILENAME ":" FNR ": " length(text) " columns" }'
fi | report "C lines of at most 100 columns"

cat "$work/c" "$work/lua" > "$work/files"
hits '(^|[^A-Za-z])(TODO|FIXME|XXX)([^A-Za-z]|$)' "$work/files" | report "no notes of what is left to do"

# This file and its own test must name what they look for.
grep -vE '^tests/tidy/' "$work/all" > "$work/files"
hits '(^|[^A-Za-z0-9._~-])/(work|home|root|Users|workspace)/[A-Za-z0-9._]' "$work/files" | report "no machine paths"
hits '(pypi\.org|pythonhosted\.org|registry\.npmjs\.org|luarocks\.org|crates\.io|proxy\.golang\.org|deb\.debian\.org|archive\.ubuntu\.com|docker\.io|artifactory)' \
  "$work/files" | report "no registry hosts"

[ ! -e "$work/bad" ]
