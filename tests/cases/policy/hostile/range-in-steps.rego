# expect: failed
# More than there are atoms to hold it.
package main

deny contains "found" if {
	x := numbers.range_step(-9000000000000000000, 9000000000000000000, 3)
	count(x) == 7
}
