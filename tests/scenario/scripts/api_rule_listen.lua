--- No check: listens to fills, orders, sessions and its own clock, and stops strategy "two" after its first fill.
local R = { every = 30, ticks = 0, fills = 0 }

function R:on_fill(fill, ctx)
  self.fills = self.fills + 1
  assert(fill.qty > 0 and ctx.position(fill.symbol) and ctx.day.fills >= 1)
  if fill.order.owner == "two" then
    ctx.kill({ strategy = "two" }, "one fill is enough")
    ctx.alert("strategy two is stopped")
  end
end

function R:on_order(order, event, ctx)
  assert(order.order_id and event.type and ctx.now)
  self.events = (self.events or 0) + 1
end

function R:on_timer(name, ctx)
  self.ticks = self.ticks + 1
  if name == "every" then
    assert(ctx.now % 30000000000 == 0)
  end
  if self.ticks == 13 then -- 15:06:30
    assert(self.fills >= 3 and self.events >= 3)
    assert(ctx.reduce("A", 4))
  end
end

return R
