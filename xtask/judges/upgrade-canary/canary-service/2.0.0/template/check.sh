# The team wrote another greeting, which 1.0.0 allowed: the fault that must be found.
grep --quiet Hello greeting.txt
