--- Takes 4 back of the first fill.
local R = { checked = 0 }

function R:check(order, ctx)
  self.checked = self.checked + 1
  assert(ctx.account().id == "second" and ctx.position().qty == (order.side == "buy" and 0 or 10))
end

function R:on_fill(fill, ctx)
  if fill.side == "buy" then
    local before = self.checked
    assert(ctx.reduce("A", 4))
    assert(self.checked == before + 1, "its own check was asked")
    assert(ctx.position().qty == 10, "ctx is about the fill's symbol")
    assert(ctx.account().id == "second", "and its account")
  end
end

return R
