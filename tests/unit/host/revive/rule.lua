--- A rule that keeps a count, has a clock, and hears of fills.
local R = { every = 120, asked = 0, ticks = 0, fills = 0 }

function R:check(order)
  self.asked = self.asked + 1
  if order.qty == 77 then return false, "SEVENTY_SEVEN", "no" end
end

function R:on_timer() self.ticks = self.ticks + 1 end

function R:on_fill() self.fills = self.fills + 1 end

function R:on_save() return { asked = self.asked, ticks = self.ticks, fills = self.fills } end

function R:on_load(saved)
  for k, v in pairs(saved) do self[k] = v end
end

return R
