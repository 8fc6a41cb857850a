return { data = { { symbol = 'A', bars = { 'a', 'b' } } }, check = function() return false end }
