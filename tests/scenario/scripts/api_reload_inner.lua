--- Required by api_reload_outer.lua.
return { value = 41 }
