--- Refuses an order that is too large, in shares or in money. Binds exits too: oms.close and oms.target cut
--- what they send into slices. A replacement that makes nothing larger passes.
local oms = require("oms")

local R = {
  params = {
    max_qty = 1000.0, -- shares an order; 0 is no limit
    max_notional = 0.0, -- money an order; 0 is no limit
  },
}

--- The price at which an order counts: its limit, else its stop, else the market's; nil without any.
local function price_of(order, ctx)
  return order.limit_price or order.stop_price or ctx.reference
end

local function notional_of(order, ctx)
  local price, instrument = price_of(order, ctx), ctx.instrument(order.symbol)
  return price and instrument and order.qty * price * (instrument.multiplier or 1)
end

function R:check(order, ctx)
  local p = self.params
  local old = order.replaces and oms.order(order.replaces)
  if p.max_qty > 0 and order.qty > p.max_qty and not (old and order.qty <= old.qty) then
    return false, "MAX_ORDER_QTY",
      ("%g of %s is above the limit of %g"):format(order.qty, order.symbol, p.max_qty)
  end
  if p.max_notional <= 0 then
    return
  end
  local notional = notional_of(order, ctx)
  if not notional then
    return false, "NO_REFERENCE_PRICE", ("%s has no price to value the order at"):format(order.symbol)
  end
  if notional > p.max_notional and not (old and notional <= (notional_of(old, ctx) or 0)) then
    return false, "MAX_ORDER_NOTIONAL",
      ("%.2f of %s is above the limit of %.2f"):format(notional, order.symbol, p.max_notional)
  end
end

return R
