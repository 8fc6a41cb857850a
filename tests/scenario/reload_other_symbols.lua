--- A reloaded file may choose other symbols: it gets their bars from then on. One that asks for data which there is
--- not is refused, and the old file works on.
local expect = require("lib.expect")

local function rows()
  return expect.minutes({ { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } })
end

return {
  name = "reload-other-symbols",
  mode = "backtest",
  data = { { symbol = "A", timeframe = "1m", bars = rows() }, { symbol = "B", timeframe = "1m", bars = rows() } },
  strategies = { { "scripts/reload_symbols_a.lua", id = "it" } },
  timeline = function(t)
    t:at("2024-01-02T10:01:30Z", function()
      local done, reject = oms.reload("it", { with = "scripts/reload_symbols_none.lua" })
      assert(done == nil and reject.message:find("_none.lua: symbols names 'C'", 1, true), reject and reject.message)
    end)
    t:at("2024-01-02T10:02:30Z", function()
      assert(oms.reload("it", { with = "scripts/reload_symbols_b.lua" }) == true)
    end)
  end,
  check = function(result)
    expect.equal(#result.orders, 4, "orders")
    for i, symbol in ipairs({ "A", "A", "B", "B" }) do
      expect.equal(result.orders[i].symbol, symbol, "symbol of order " .. i)
    end
  end,
}
