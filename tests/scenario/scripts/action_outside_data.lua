--- Buys at the first bar; hears of one action, and of no session of other years.
local oms = require("oms")

local S = { actions = 0, bars = 0 }

function S.on_start()
  assert(oms.now() >= oms.time.parse("2024-01-01T00:00:00Z"), "the run begins with the prices")
  oms.every(3600, "hour")
end

function S.on_session(_, _, session)
  assert(session.date >= "2024-01-01" and session.date <= "2024-01-04", session.date)
end

function S:on_action(action)
  self.actions = self.actions + 1
  assert(action.cash == 1 and oms.time.iso(action.ts):sub(1, 10) == "2024-01-03")
end

function S:on_bar(bar)
  self.bars = self.bars + 1
  if self.bars == 1 then
    assert(oms.buy(bar.symbol, 10, { client_order_id = "in" }))
  elseif self.bars == 3 then
    assert(self.actions == 1)
    assert(oms.buy(bar.symbol, 1, { type = "limit", limit_price = 0.01, client_order_id = "passed" }))
  end
end

function S.on_timer() end

return S
