# expect: failed
# Three loops that find nothing in 27 thousand million steps.
package main

deny contains "found" if {
	n := numbers.range(1, 3000)
	some a in n
	some b in n
	some c in n
	a * b * c == -1
}
