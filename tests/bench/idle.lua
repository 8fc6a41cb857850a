--- The least that a strategy can be: what is left is what the program itself needs.
return { on_bar = function() end }
