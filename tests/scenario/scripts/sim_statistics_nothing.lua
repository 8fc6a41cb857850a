--- Does nothing.
return { on_bar = function() end }
