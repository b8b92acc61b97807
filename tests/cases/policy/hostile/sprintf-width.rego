# expect: failed
# Two thousand million spaces before a number.
package main

deny contains "found" if {
	x := sprintf("%2000000000d", [1])
	count(x) == 7
}
