--- A file whose own test fails.
local S = { params = { step = 1 } }

function S.test()
  error("its own test says no")
end

return S
