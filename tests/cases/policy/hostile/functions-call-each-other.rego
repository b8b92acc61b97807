# expect: failed
# Three functions, round and round.
package main

f(x) := g(x + 1)

g(x) := h([x])

h(x) := f(x[0])

deny contains "found" if {
	x := f(1)
	x == 7
}
