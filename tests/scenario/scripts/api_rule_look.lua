--- Looks at everything that ctx has; the order's tag names what is expected.
local oms = require("oms")

local R = { seen = 0 }

local looks = {}

function looks.first(order, ctx)
  assert(ctx.now == oms.now() and ctx.reference == 10 and ctx.reduces == false)
  assert(ctx.position().qty == 0 and ctx.position("A").qty == 0 and #ctx.positions() == 0)
  assert(ctx.position("A", { scope = "strategy" }).qty == 0 and ctx.position("X").qty == 0)
  assert(ctx.account().id == order.account and ctx.account("second").cash == 50000)
  assert(ctx.last() == 10 and ctx.last("A") == 10 and ctx.last("X") == nil and ctx.quote() == nil)
  assert(ctx.working() == 0 and ctx.working("A", "sell") == 0 and ctx.instrument().tick == 0.01)
  assert(ctx.session() == "regular" and ctx.session("A") == "regular")
  assert(#ctx.open_orders() == 0, "the order that is judged does not count")
  local day = ctx.day
  assert(day.orders == 0 and day.replaces == 0 and day.cancels == 0 and day.fills == 0 and day.losses_in_row == 0)
  assert(day.realized_pl == 0 and day.total_pl == 0 and day.start_equity == 100000 and day.peak_equity == 100000)
  assert(order.symbol == "A" and order.qty == 10 and order.side == "buy" and order.owner == "one")
  assert(order.status == "held" or order.status == "pending_new")
  assert(order.replaces == nil and order.tag == "first")
  for _, name in ipairs({ "kill", "reduce", "alert" }) do
    assert(not pcall(ctx[name], "A", 1), name .. " is not for check")
  end
  assert(not pcall(oms.buy, "A", 1), "a rule cannot submit")
  assert(not pcall(function() return ctx.nowe end))
end

function looks.second(_, ctx)
  assert(ctx.day.orders == 1 and #ctx.open_orders() == 1 and ctx.working() == 10 and ctx.working(nil, "buy") == 10)
  assert(#ctx.open_orders({ symbol = "A" }) == 1 and #ctx.open_orders({ account = "second" }) == 0)
end

function looks.group(order, ctx)
  assert(order.order_class == "bracket" and ctx.day.orders == 2)
end

function looks.exit(order, ctx)
  assert(ctx.reduces and ctx.position().qty >= 10 and order.side == "sell")
  assert(ctx.position("A", { scope = "strategy" }).qty >= 10)
end

function looks.replace(order, ctx)
  if order.replaces then
    assert(order.qty == 30 and ctx.day.replaces == 0)
    R.replaced = true
    return false, "MAX_ORDER_QTY", "the increase is too much"
  end
end

function R:check(order, ctx)
  self.seen = self.seen + 1
  local look = looks[order.tag]
  if look then
    return look(order, ctx)
  end
  if order.tag == "count" then
    return false, "MAX_OPEN_ORDERS", tostring(self.seen)
  elseif order.tag == "ask" then
    return "approve", "a person has to look"
  elseif order.tag == "own-code" then
    return false, "OUR_OWN_WORD", "why"
  elseif order.tag == "bare" then
    return false
  elseif order.tag == "nonsense" then
    return 5
  end
end

return R
