--- Required by a script; requires another.
return { value = require("api_reload_inner").value + 1 }
