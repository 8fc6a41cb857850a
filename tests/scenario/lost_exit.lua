--- An exit that the venue cancels without being asked is made anew once, as large as it has to be, and grows with
--- its parent like the one before; a second loss marks the group unprotected.
local expect = require("lib.expect")

local function lose(t, at)
  t:at(at, function()
    local entry = oms.order("entry")
    for _, child in ipairs(entry.children) do
      if child.type == "limit" and child.is_open then
        oms.inject({ report = "canceled", order = child.order_id })
      end
    end
  end)
end

return {
  name = "lost-exit",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10, 1000 },
      { 10, 10, 10, 10, 1000 }, -- 100 of 200
      { 10, 10, 10, 10, 1000 }, -- 200 of 200
      { 10, 10, 10, 10, 1000 },
      { 10, 10, 7.5, 7.5, 1000 }, -- the stop of 8 sells 100
      { 10, 10, 10, 10, 1000 } }) },
  },
  venue = { max_participation = 0.1 },
  strategies = { "scripts/lost_exit.lua" },
  timeline = function(t)
    lose(t, "2024-01-02T10:02:30Z")
    lose(t, "2024-01-02T10:03:30Z")
  end,
  check = function(result)
    expect.orders(result, {
      { type = "market", status = "filled", filled_qty = 200 },
      { type = "limit", status = "canceled", code = "UNSOLICITED_CANCEL" },
      { type = "stop", status = "filled", filled_qty = 200 },
      { type = "limit", status = "canceled", code = "UNSOLICITED_CANCEL" }, -- the one made anew
    })
    expect.passed(result)
  end,
}
