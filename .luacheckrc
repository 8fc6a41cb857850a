std = "lua54"
max_line_length = 120
self = false -- callbacks have it whether they use it or not
files["tests/scenario/"] = { read_globals = { "oms" } } -- a session has it as a global
