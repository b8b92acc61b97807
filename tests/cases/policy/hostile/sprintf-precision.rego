# expect: failed
# Two thousand million digits behind a point.
package main

deny contains "found" if {
	x := sprintf("%.2000000000f", [1.5])
	count(x) == 7
}
