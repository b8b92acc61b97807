# expect: failed
# The same from a text.
package main

deny contains "found" if {
	x := to_number("1e1000000000")
	x + 1 == 7
}
