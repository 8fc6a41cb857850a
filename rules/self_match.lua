--- Refuses an order that could trade with an order of the same account on the other side (a wash trade: FINRA Rule
--- 5210, supplementary material .02). Orders that wait for their trigger are not in the market yet.
local R = {}

local BUYS = { buy = true, buy_to_cover = true }

local WAITS = { stop = true, stop_limit = true, trailing_stop = true, trailing_stop_limit = true,
  market_if_touched = true, limit_if_touched = true }

local function in_market(order)
  return order.status ~= "held" and (order.triggered or not WAITS[order.type])
end

--- What the order pays at most, or takes at least: no limit is any price.
local function limit(order)
  return order.limit_price or (BUYS[order.side] and math.huge or -math.huge)
end

local function crosses(a, b)
  if BUYS[a.side] then
    return limit(a) >= limit(b)
  end
  return limit(a) <= limit(b)
end

function R.check(_, order, ctx)
  if not in_market(order) then
    return
  end
  for _, other in ipairs(ctx.open_orders({ symbol = order.symbol })) do
    local opposite = BUYS[other.side] ~= BUYS[order.side]
    if opposite and in_market(other) and crosses(order, other) then
      return false, "SELF_MATCH",
        ("%s %s at %s could trade with the account's own %s %s"):format(order.side, order.symbol,
          order.limit_price and ("%g"):format(order.limit_price) or "any price", other.side, other.order_id)
    end
  end
end

return R
