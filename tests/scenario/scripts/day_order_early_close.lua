--- Day orders before and after an early close.
local oms = require("oms")
local steps = require("steps")

local function limit(id, session)
  assert(oms.buy("A", 10, { type = "limit", limit_price = 9.5, session = session, client_order_id = id }))
end

local S = steps({
  [1] = function()
    limit("friday")
    limit("extended", "extended")
    local calendar = oms.calendar("A")
    assert(calendar:is_open())
    assert(oms.time.iso(calendar:next_close()) == "2024-11-29T18:00:00Z")
  end,
  [3] = function()
    limit("monday")
    assert(not oms.calendar("A"):is_open())
    assert(oms.calendar("A"):trading_day() == "2024-12-02")
    assert(oms.time.iso(oms.calendar("A"):next_open()) == "2024-12-02T14:30:00Z")
  end,
  [6] = function(self)
    assert(self.heard == "close post_market_close pre_market open", self.heard)
  end,
})

function S:on_session(what, session)
  assert(session.date == "2024-11-29" or session.date == "2024-12-02")
  self.heard = (self.heard and self.heard .. " " or "") .. what
end

return S
