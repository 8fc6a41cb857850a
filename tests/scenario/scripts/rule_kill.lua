--- Pulls the kill switch after a number of fills.
local R = { params = { fills = 2 } }

function R:on_fill(_, ctx)
  self.n = (self.n or 0) + 1
  if self.n == self.params.fills then
    ctx.kill("all", "enough fills")
  end
end

return R
