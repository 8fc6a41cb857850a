--- Stops in a book of order flow by the last match and by the touch; a replace that keeps its place and one that loses
--- it; what takes at once or not at all. On bars there is no touch: a stop that wants it is refused.
local expect = require("lib.expect")

local function at(second)
  return ("2024-01-02T10:00:%02dZ"):format(second)
end

return {
  name = "flow-triggers",
  mode = "backtest",
  data = {
    { symbol = "A", orders = {
      { "A", 1, "S", 101, 1, at(0) },
      { "A", 2, "S", 102, 9, at(0) },
      { "A", 3, "B", 99, 2, at(0) }, -- then ours
      { "A", 4, "B", 99, 5, at(1) }, -- behind ours
      { "C", 1, "", "", "", at(2) }, -- the ask is 102: the stop by bid_ask
      { "C", 99, "", "", "", at(3) }, -- no such order: the touch is as before
      { "A", 5, "S", 99, 8, at(4) }, -- 2 of id 3, 1 of "less", 5 of id 4; "more" has gone to the end
      { "A", 6, "S", 99, 1, at(5) }, -- "more"
      { "C", 2, "", "", "", at(6) },
      { "A", 7, "S", 103, 2, at(6) }, -- the ask is 103, and nothing has matched there
      { "A", 8, "B", 103, 1, at(7) }, -- the last match is 103: the stop by last
      { "C", 99, "", "", "", at(9) },
    } },
    { symbol = "B", timeframe = "1m", bars = expect.minutes({ { 10, 10, 10, 10 } }, "2024-01-02T09:58:00Z") },
  },
  strategies = { "scripts/flow_triggers.lua" },
  check = function(result)
    expect.passed(result)
    expect.fills(result, {
      { ts = at(2), client_order_id = "touch", qty = 1, price = 102 },
      { ts = at(4), qty = 1, price = 99 },
      { ts = at(5), qty = 1, price = 99 },
      { ts = at(7), client_order_id = "last", qty = 1, price = 103 },
    })
  end,
}
