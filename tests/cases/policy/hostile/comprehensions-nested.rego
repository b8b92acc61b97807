# expect: failed
# Lists of lists of lists, of eight thousand million numbers.
package main

deny contains "found" if {
	n := numbers.range(1, 2000)
	x := [y | some a in n; y := [z | some b in n; z := [s | some c in n; s := a + b + c]]]
	count(x) == 7
}
