# expect: failed
# What would let a finding pass does not end.
package main

deny contains "found" if {
	true
}

exception contains rules if {
	n := numbers.range(1, 3000)
	some a in n
	some b in n
	some c in n
	a * b * c == -1
	rules := [""]
}
