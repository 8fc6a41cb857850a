--- Unknown words, missing or superfluous prices, NaN and infinities are errors at the script's line and leave no row;
--- the rest are refusals.
local expect = require("lib.expect")

return {
  name = "order-misuse",
  mode = "backtest",
  data = { { symbol = "A", timeframe = "1m", bars = expect.minutes({ { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) } },
  strategies = { "scripts/order_misuse.lua" },
}
