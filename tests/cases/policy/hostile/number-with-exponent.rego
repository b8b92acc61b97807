# expect: failed
# A short number with a thousand million digits.
package main

deny contains "found" if {
	x := 1e1000000000 + 1
	x == 7
}
