# expect: failed
# Every way through thirty towns.
package main

deny contains "found" if {
	g := {sprintf("%d", [a]): [sprintf("%d", [b]) | some b in numbers.range(1, 30)] | some a in numbers.range(1, 30)}
	x := graph.reachable_paths(g, ["1"])
	count(x) == 7
}
