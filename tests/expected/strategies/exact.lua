--- Order prices from a factor: the decimal product, exact, in integers. Floats would round some halves down.
local M = {}

local CLOSE_DECIMALS, FACTOR_DECIMALS = 9, 4

local POWERS = { [0] = 1 } -- of ten
for i = 1, CLOSE_DECIMALS + FACTOR_DECIMALS do
  POWERS[i] = POWERS[i - 1] * 10
end

local function scaled(x, decimals)
  return math.floor(x * POWERS[decimals] + 0.5)
end

--- 'close' x 'factor', rounded half up to 'decimals'. Prices above 0.
function M.price(close, factor, decimals)
  local c, f = scaled(close, CLOSE_DECIMALS), scaled(factor, FACTOR_DECIMALS)
  assert(c > 0 and f > 0 and c < math.maxinteger // (2 * f), "the product does not fit 64 bits")
  local unit = POWERS[CLOSE_DECIMALS + FACTOR_DECIMALS - decimals]
  local steps = (c * f + unit // 2) // unit
  return steps / POWERS[decimals]
end

return M
