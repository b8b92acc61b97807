# expect: failed
# Lists of lists of lists, of eight thousand million numbers.
package main

deny contains "found" if {
	n := numbers.range(1, 2000)
	x := [y | some a in n; y := [z | some b in n; z := [a + b + c | some c in n]]]
	count(x) == 7
}
