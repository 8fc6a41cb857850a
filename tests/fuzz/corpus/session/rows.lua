return { data = { { symbol = 'A', bars = { { 1, 1, 1, 1, 1 }, { 2, '1', 2, 1, 1 } } } }, strategies = { 's' } }
