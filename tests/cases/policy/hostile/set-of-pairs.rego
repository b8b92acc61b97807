# expect: failed
# A set of four hundred million lists.
package main

deny contains "found" if {
	n := numbers.range(1, 20000)
	x := {[a, b] | some a in n; some b in n}
	count(x) == 7
}
