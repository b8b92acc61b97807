# expect: failed
# OPA refuses this when it reads it.
package main

f(x) := f(x + 1)

deny contains "found" if {
	x := f(1)
	x == 7
}
