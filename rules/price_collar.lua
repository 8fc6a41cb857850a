--- Refuses a limit price on the dangerous side of the market (fat finger): a buy too far above, a sell too far
--- below the reference. A stop-limit is measured from its own stop. Market orders, stops and passive limits pass.
local oms = require("oms")

local R = {
  params = {
    percent = 5.0, -- distance from the reference price, in percent
  },
}

--- How far the limit lies on the dangerous side, in percent; nil when there is nothing to measure from.
local function excess_of(order, ctx)
  local from = order.stop_price or ctx.reference
  if not from or from <= 0 then
    return nil
  end
  local buys = order.side == "buy" or order.side == "buy_to_cover"
  return (order.limit_price - from) / from * (buys and 100 or -100)
end

function R:check(order, ctx)
  if not order.limit_price then
    return
  end
  local excess = excess_of(order, ctx)
  if not excess then
    return false, "NO_REFERENCE_PRICE", ("%s has no price to measure from"):format(order.symbol)
  end
  local old = order.replaces and oms.order(order.replaces)
  local same = old and order.qty <= old.qty and excess <= (excess_of(old, ctx) or 0)
  if excess > self.params.percent and not same then
    return false, "PRICE_COLLAR",
      ("%g for %s is %.2f %% beyond the reference, the limit is %g %%"):format(order.limit_price,
        order.symbol, excess, self.params.percent)
  end
end

return R
