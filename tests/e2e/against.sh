#!/usr/bin/env bash
# The dry run of a changed rule, `moondesk check --against OUT RULE`: which decisions change, a rule that the run did not
# have, one that fails, state, no effect on the run. Usage (from the root): tests/e2e/against.sh build/release/moondesk
. tests/cases.inc
export MOONDESK_HOME=$root
cd "$work" || exit 2
mkdir rules changed

cat > buyer.lua << 'END'
local oms = require("oms")
local S = {}
function S:on_bar(bar)
  self.n = (self.n or 0) + 1
  if self.n == 5 then
    oms.sell(bar.symbol, 1)
  else
    oms.buy(bar.symbol, self.n)
  end
end
return S
END
cat > rules/size.lua << 'END'
return { params = { most = 3 }, check = function(self, order, ctx)
  if order.qty > self.params.most then
    return false, "TOO_BIG", ("%g is above %g"):format(order.qty, self.params.most)
  end
end }
END
cat > rules/last.lua << 'END'
return { check = function(self, order) if order.qty == 2 then return false, "NO_TWO", "two" end end }
END
cat > session.lua << 'END'
return {
  data = { { symbol = "X", bars = "x.csv", timeframe = "1d" } },
  rules = { { "rules/size.lua", most = 6 }, "rules/last.lua" },
  strategies = { "buyer.lua" },
  check = function() error("the check is not for a dry run") end,
}
END
{
  echo "ts,open,high,low,close"
  for day in 01 02 03 04 05 06 07 08; do
    echo "2024-01-$day,1$day,1$day,99,1$day"
  done
} > x.csv
run run session.lua --out res --quiet
want_status 1

# --- as it was: nothing changes ---
run check --against res rules/size.lua
want_status 0
want_line out '^8 decisions, 0 would change: 0 newly denied, 0 newly accepted, 0 otherwise$'

# --- changed: parameters of the session stay, the code is another; the second rule does not see what the first denied ---
sed 's/order.qty > self.params.most/order.qty * 2 > self.params.most/' rules/size.lua > changed/size.lua
run check --against res changed/size.lua
want_status 1
want_line out '^2024-01-05T00:00:00Z [0-9a-f-]{36} X buy 4: accept -> deny TOO_BIG: 4 is above 6$'
want_text "$work/out" '^8 decisions, 2 would change: 2 newly denied, 0 newly accepted, 0 otherwise$'
echo 'return { params = { most = 0 }, check = function() end }' > changed/size.lua
run check --against res changed/size.lua
want_status 1
want_line out '^2024-01-08T00:00:00Z [0-9a-f-]{36} X buy 7: deny TOO_BIG: 7 is above 6 -> accept$'
want_text "$work/out" '2 newly accepted, 0 otherwise$'
echo 'return { params = { most = 0 }, check = function(_, o) if o.qty > 6 then return false, "OTHER" end end }' > changed/size.lua
run check --against res changed/size.lua
want_text "$work/out" '^8 decisions, 2 would change: 0 newly denied, 0 newly accepted, 2 otherwise$'
echo 'return { check = function(_, o) if o.qty == 1 then return "approve", "ask" end end }' > changed/last.lua
run check --against res changed/last.lua
want_status 1
want_text "$work/out" 'X buy 1: accept -> approve \(ask\)$'
want_text "$work/out" 'X buy 2: deny NO_TWO: two -> accept$'
want_text "$work/out" '^6 decisions, 3 would change: 0 newly denied, 1 newly accepted, 2 otherwise$'

# --- a rule that the run did not have stands behind the others ---
echo 'return { check = function(_, o) if o.qty == 3 then return false, "THREE", "no" end end }' > new.lua
run check --against res new.lua
want_status 1
want_text "$work/out" '^the run had no such rule: it is judged as the last one of the list$'
want_text "$work/out" '^5 decisions, 1 would change:'
run backtest buyer.lua --data X=x.csv --out bare --quiet
run check --against bare new.lua
want_status 1
want_text "$work/out" '^8 decisions, 1 would change: 1 newly denied'

# --- what fails is RULE_FAILED with its line, exits pass; callbacks count too ---
cat > changed/size.lua << 'END'
return { params = { most = 0 },
  check = function(self, order)
    return order.qty > nil
  end }
END
run check --against res changed/size.lua
want_status 1
want_text "$work/out" 'X buy 1: accept -> deny RULE_FAILED: rule size failed: changed/size.lua:3: attempt to compare'
want_text "$work/out" '^8 decisions, 7 would change: 5 newly denied, 0 newly accepted, 2 otherwise$'
want_text "$work/out" '^the rule failed 8 times \(RULE_FAILED\), the first time: changed/size.lua:3: '

# --- state of its own, timers, and no effect on the run ---
cat > changed/last.lua << 'END'
return {
  every = 3600, fills = 0, ticks = 0,
  on_fill = function(self, fill, ctx)
    self.fills = self.fills + 1
    ctx.alert("a fill")
    ctx.reduce(fill.symbol, 1)
    ctx.kill("all", "enough")
  end,
  on_timer = function(self) self.ticks = self.ticks + 1 end,
  check = function(self, order, ctx)
    assert(ctx.position(order.symbol).qty >= 0)
    if self.fills > 1 then return false, "AFTER_TWO_FILLS", self.fills .. " fills, " .. self.ticks .. " hours" end
    if order.qty == 2 then return false, "NO_TWO", "two" end
  end }
END
run check --against res changed/last.lua
want_status 1
want_text "$work/out" 'X sell 1: accept -> deny AFTER_TWO_FILLS: 3 fills, 119 hours$'
want_text "$work/out" '^6 decisions, [23] would change:'
[ ! -s err ] && good=$((good + 1)) || fault "the dry run wrote to stderr: $(head -n 1 err)"

# --- scripts of the run come from its bundle; wrong use ---
echo 'error("changed since")' > buyer.lua
run check --against res rules/size.lua
want_status 0
refused 'takes one changed rule, got 2 files' check --against res rules/size.lua rules/last.lua
refused 'check needs FILE' check --against res
refused '--data-dir goes with --against' check --data-dir . rules/size.lua
refused 'cannot read nowhere: No such file' check --against nowhere rules/size.lua
refused 'none.lua: no such script file' check --against res none.lua
echo 'return {' > changed/size.lua
refused 'changed/size.lua:' check --against res changed/size.lua
echo 'return { check = function() end }' > changed/size.lua
refused 'most' check --against res changed/size.lua
sed -i 's/,105,/,106,/' x.csv
refused 'x.csv: it is not the file of the run' check --against res rules/size.lua
finish
