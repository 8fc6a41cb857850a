--- Reduce-only orders never hold more than their owner's book: when it shrinks by another way they shrink with it,
--- oldest first as the lots are, and at zero they end. A group counts once.
local oms = require("oms")
local share = require("oms.triggers.share")
local group = oms.group
local R = {}

local CLOSED = "the position was closed by another order"

--- Claims on the book in order of creation: one for each simple order and one for each group.
local function claims_of(orders)
  local claims, seen, sum = {}, {}, 0
  for _, o in ipairs(orders) do
    local grouped = group.class(o) ~= "simple"
    local head = grouped and group.head(o) or o
    if not seen[head] then
      seen[head] = true
      local qty = grouped and share.claim(o) or group.leaves(o)
      claims[#claims + 1] = { order = o, grouped = grouped, qty = qty }
      sum = sum + qty
    end
  end
  return claims, sum
end

local function shrink(claim, to)
  local o = claim.order
  if claim.grouped then
    share.balance(o, to, "POSITION_CLOSED", CLOSED)
  elseif to > 0 then
    group.resize(o, group.filled(o) + to)
  else
    group.finish(o, "POSITION_CLOSED", CLOSED)
  end
end

--- 'order' has filled: its owner's book in its symbol may have shrunk or turned.
function R.on_fill(order)
  local book = group.book(order)
  for _, side in ipairs({ "buy", "sell" }) do
    local orders = group.reduce_only(order, side)
    if #orders > 0 then
      local room = side == "sell" and math.max(0, book) or math.max(0, -book)
      local claims, sum = claims_of(orders)
      local excess = sum - room
      for _, claim in ipairs(claims) do
        if excess <= 0 then break end
        local cut = math.min(excess, claim.qty)
        excess = excess - cut
        if cut > 0 then shrink(claim, claim.qty - cut) end
      end
    end
  end
end

return R
