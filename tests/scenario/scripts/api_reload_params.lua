--- A file that has no parameter of the name that the session gives.
return { params = { steps = 1 } }
