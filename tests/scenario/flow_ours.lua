--- Our orders in the book of order flow: what rests waits for its place, what takes walks the levels, a bracket's exits
--- stand in the book and by the last match.
local expect = require("lib.expect")

local function at(second)
  return ("2024-01-02T10:00:%02dZ"):format(second)
end

return {
  name = "flow-ours",
  mode = "backtest",
  data = {
    { symbol = "A", orders = {
      { "A", 1, "S", 101, 1, at(0) },
      { "A", 2, "S", 101.5, 5, at(0) },
      { "A", 3, "B", 99, 4, at(1) }, -- then ours: rest, in
      { "A", 4, "S", 99, 6, at(2) }, -- id 3 stands before ours
      { "A", 5, "S", 98, 2, at(3) }, -- the last of ours, one rests at 98
      { "R", 2, "", "", 3, at(4) },
      { "C", 1, "", "", "", at(4) }, -- ours has taken it: ignored
      { "A", 6, "B", 102, 9, at(5) }, -- up to the target of the bracket
      { "A", 7, "S", 97, 1, at(6) }, -- triggers nothing: the stop has gone with the target
      { "C", 9, "", "", "", at(7) }, -- no such order
    } },
  },
  strategies = { "scripts/flow_ours.lua" },
  check = function(result)
    expect.passed(result)
    expect.fills(result, {
      { ts = "2024-01-02T10:00:01.500Z", client_order_id = "in", side = "buy", qty = 1, price = 101 },
      { ts = "2024-01-02T10:00:01.500Z", client_order_id = "in", side = "buy", qty = 1, price = 101.5 },
      { ts = at(2), client_order_id = "rest", side = "buy", qty = 2, price = 99 },
      { ts = at(3), client_order_id = "rest", side = "buy", qty = 1, price = 99 },
      { ts = at(5), side = "sell", qty = 2, price = 102 },
    })
    expect.equal(result.summary.rejected, 1, "post_only that would have taken")
  end,
}
