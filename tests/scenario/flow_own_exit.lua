--- An entry in the book of order flow does not trade with its own exit: what is left of it ends, the exit stays.
local expect = require("lib.expect")

local function at(second)
  return ("2024-01-02T10:00:%02dZ"):format(second)
end

return {
  name = "flow-own-exit",
  mode = "backtest",
  accounts = { { id = "main", cash = 1000000000 } },
  data = {
    { symbol = "A", orders = {
      { "A", 1, "B", 90, 1, at(0) },
      { "A", 2, "B", 100, 5, at(2) }, -- takes five of the entry, whose target of 98 would take what is left at 95
      { "A", 3, "S", 97, 2, at(3) }, -- meets the target
    } },
  },
  strategies = { "scripts/flow_own_exit.lua" },
  check = function(result)
    expect.fills(result, {
      { ts = at(2), client_order_id = "entry", side = "sell", qty = 5, price = 95 },
      { ts = at(3), side = "buy", qty = 2, price = 98 },
    })
    local entry = result.orders[1]
    expect.equal(entry.status, "canceled", "what is left of the entry")
    expect.equal(entry.code, "UNSOLICITED_CANCEL", "why")
    expect.equal(#result.orders, 3, "the entry and its exits")
  end,
}
