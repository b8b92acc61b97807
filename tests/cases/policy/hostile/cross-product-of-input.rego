# expect: failed
# Four loops over what was given.
package main

deny contains "found" if {
	some a in input.many
	some b in input.many
	some c in input.many
	some d in input.many
	a + b + c + d == -1
}
