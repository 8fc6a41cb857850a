--- Fires every 20 seconds and denies with the number of firings.
local R = { every = 20, fired = 0 }

function R:check(order)
  if order.client_order_id ~= "passed" then
    return false, "CLOCK", tostring(self.fired)
  end
end

function R:on_timer()
  self.fired = self.fired + 1
end

function R:on_save()
  return { fired = self.fired }
end

function R:on_load(saved)
  self.fired = saved.fired
end

return R
