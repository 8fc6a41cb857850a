--- Gives an order at each bar of A, the one symbol that it asks for.
local oms = require("oms")

return {
  symbols = { "A" },
  on_bar = function(_, bar)
    assert(oms.buy(bar.symbol, 1, { type = "limit", limit_price = 1 }))
  end,
}
