# expect: failed
# 48 GB in one call.
package main

deny contains "found" if {
	x := numbers.range(1, 2000000000)
	count(x) == 7
}
