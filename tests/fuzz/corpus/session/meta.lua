local t = setmetatable({}, { __index = function() return 1 end }) return t
