# expect: failed
# A map with four hundred million keys.
package main

deny contains "found" if {
	n := numbers.range(1, 20000)
	x := {sprintf("%d-%d", [a, b]): [a, b] | some a in n; some b in n}
	count(x) == 7
}
