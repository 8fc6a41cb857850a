#!/bin/sh
# What the README says is so: its Lua files are written to a folder, its sh blocks run there, each line of a text block
# stands in the output of the sh block before it, and the table of codes is that of the core.
# Usage: tests/e2e/readme.sh PROGRAM
program=$(realpath "${1:?usage: readme.sh PROGRAM}")
root=$(cd "$(dirname "$0")/../.." && pwd) || exit 2
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
mkdir -p build/release tour blocks
ln -s "$program" build/release/moondesk
ln -s "$root/examples" "$root/strategies" "$root/rules" .
export MOONDESK_HOME="$root"
status=0

fail() {
  echo "FAILED  $*"
  status=1
}

# Fenced blocks, numbered: blocks/01.lua, blocks/02.sh, blocks/03.text ...
awk '/^```/ { if (name) { name = ""; next } kind = substr($0, 4); name = sprintf("blocks/%02d.%s", ++n, kind); next }
  name { print > name }' "$root/README.md"

for block in blocks/*; do
  case $block in
    *.lua)
      file=$(sed -n '1s/^-- \(tour\/.*\.lua\)$/\1/p' "$block")
      [ -n "$file" ] || { fail "$block names no file"; continue; }
      cp "$block" "$file"
      ;;
    *.sh)
      if sh -eu "$block" > output 2>&1; then
        echo "ok      $(tail -n 1 "$block")"
      else
        fail "$(cat "$block")"
        cat output
      fi
      ;;
    *.text)
      while IFS= read -r line; do
        grep -qF -- "$line" output || { fail "not in the output: $line"; cat output; }
      done < "$block"
      ;;
    *) fail "$block: a block is lua, sh or text" ;;
  esac
done
[ -e out/tour/trades.csv ] || fail "out/tour/trades.csv is missing"

# The sentence about the exit status: with percent = 25 the check fails.
sed 's/percent = 35/percent = 25/' tour/session.lua > tour/refused.lua
"$program" run tour/refused.lua --quiet > /dev/null 2>&1
[ $? -eq 1 ] || fail "a check that fails has to make the exit status 1"

sed -n 's/^ *X(\([A-Z_]*\), *[0-9]*, *"\(.*\)").*/| `\1` | \2 |/p' "$root/src/core/codes.def" | grep -v '`NONE`' > codes
sed -n '/^<!-- codes:/,/^<!-- end of codes/p' "$root/README.md" | grep '^| `' > shown
diff codes shown > /dev/null || { fail "the table of codes is not that of src/core/codes.def"; diff codes shown; }

# The tests' own command, with the shell that it is given there.
if [ -e "$root/build/release/build.ninja" ]; then
  sh "$root/tests/run.sh" library > output 2>&1 || { fail "sh tests/run.sh library"; tail -n 5 output; }
else
  echo "SKIPPED sh tests/run.sh: build/release is not there"
fi

exit $status
