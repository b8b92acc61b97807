# expect: failed
# Twice as many calls at each level.
package main

f(x) := [y | some i in [1, 2]; y := f(x + i)]

deny contains "found" if {
	x := f(1)
	count(x) == 7
}
