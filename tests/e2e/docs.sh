#!/usr/bin/env bash
# The documentation of the Lua API: the generated files are those in the repository, `help lua` finds what it should,
# and each example of lua/README.md runs. Usage (from the root): tests/e2e/docs.sh build/release/moondesk
. tests/cases.inc

run help lua --write "$work/lua"
want_status 0
same "$work/lua/README.md" "$root/lua/README.md"
same "$work/lua/meta/oms.lua" "$root/lua/meta/oms.lua"
cd "$work" || exit 2

run help lua
want_status 0
want_text out '^  oms.submit '
run help lua oms.bars
want_status 0
want_line out '^oms.bars\(symbol: string, n: integer'
run help oms.bars
want_status 0
want_line out '^oms.bars\(symbol: string, n: integer'
run help lua Order
want_text out 'filled_avg_price'
refused "did you mean 'oms.target'" help lua oms.trget
refused "goes with 'moondesk help lua'" help run --write x
refused 'cannot make the folder' help lua --write no/such/folder

# Each example as the file that its place asks for, beside a session that runs it.
cat > split.lua <<'LUA'
local n, kind, lines = 0, nil, {}
local wrap = {
  ["strategy"] = { "local oms = require('oms')\nlocal S = {}\nfunction S:on_bar(bar)\n", "\nend\nreturn S\n" },
  ["strategy callback"] = { "local oms = require('oms')\nlocal S = {}\n", "\nreturn S\n" },
  ["rule"] = { "local oms = require('oms')\nlocal R = {}\nfunction R:check(order, ctx)\n", "\nend\nreturn R\n" },
  ["rule callback"] = { "local oms = require('oms')\nlocal R = { every = 60 }\n", "\nR.check = R.check or function() end\nreturn R\n" },
  ["timeline"] = { "", "" },
}
local function write(name, text)
  local file = assert(io.open(name, "w"))
  file:write(text)
  file:close()
end
for line in io.lines(arg[1]) do
  if kind and line == "```" then
    if kind ~= "trigger" then
      n = n + 1
      local w = assert(wrap[kind], kind)
      write(("%03d.%s"):format(n, kind:match("^%a+")), w[1] .. table.concat(lines, "\n") .. w[2])
    else
      assert(load(table.concat(lines, "\n")))
    end
    kind = nil
  elseif kind then
    lines[#lines + 1] = line
  elseif line:match("^```lua ") then
    kind, lines = line:match("^```lua (.*)$"), {}
  end
end
LUA
lua5.4 split.lua "$root/lua/README.md" || fault "the examples cannot be split"

cat > trades.lua <<'LUA'
local oms = require("oms")
local S = {}
function S:on_bar(bar)
  self.n = (self.n or 0) + 1
  if self.n % 2 == 0 then
    oms.buy(bar.symbol, 600)
  end
  if self.n == 3 then
    oms.buy(bar.symbol, 1, { type = "limit", limit_price = 1, time_in_force = "gtc", client_order_id = "example-1" })
    oms.buy(bar.symbol, 1, { type = "limit", limit_price = 1, time_in_force = "gtc", client_order_id = "example-held" })
  end
end
return S
LUA
echo 'return { check = function(_, o) if o.client_order_id == "example-held" then return "approve", "x" end end }' > holds.lua
session() { # KEYS
  echo "return { accounts = { { id = 'main', type = 'margin', cash = 1000000 } },
    data = { { symbol = 'SPX', bars = '$root/examples/data/sp500_d1.csv', timeframe = '1d' } },
    from = '2001-01-02', to = '2001-03-01', $1 }"
}
shown_count=0
for file in [0-9]*.*; do
  case $file in
    *.strategy)
      sed -i 's/^local S = {}$/local S = { warmup = 5, version = 1 }/' "$file"
      mv "$file" example.lua
      session "strategies = { 'example.lua', 'trades.lua' },
        timeline = function(t) t:at('2001-02-01', function() assert(oms.reload('example')) end) end" > run.lua
      ;;
    *.rule)
      mv "$file" example.lua
      session "strategies = { 'trades.lua' }, rules = { 'example.lua' },
        timeline = function(t) t:at('2001-02-01', function() assert(oms.reload('example')) end) end" > run.lua
      ;;
    *.timeline)
      sed 's/^/  /' "$file" > body
      echo 'return {}' > example.lua
      session "strategies = { 'trades.lua', 'example.lua' }, rules = { 'holds.lua' },
        timeline = function(t) t:at('2001-02-01', function() $(cat body)
        end) end" > run.lua
      ;;
  esac
  run run run.lua --quiet
  if [ "$status" -eq 0 ] && ! grep 'ERROR' err | grep -qv ' closed at '; then # oms.log.error writes such lines
    good=$((good + 1))
  else
    fault "the example does not run (status $status):"
    cat example.lua body 2> /dev/null
    head -n 5 err
  fi
  shown_count=$((shown_count + 1))
done
[ "$shown_count" -ge 100 ] || fault "only $shown_count examples were found"
finish
