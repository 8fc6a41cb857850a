--- Does not come up: a reload with it has to be refused.
local S = {}

function S:on_load()
  error("this file cannot take over " .. tostring(self))
end

return S
