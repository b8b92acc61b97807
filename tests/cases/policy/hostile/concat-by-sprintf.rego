# expect: failed
# The same by a format.
package main

deny contains "found" if {
	x0 := "aaaaaaaaaa"
	x1 := sprintf("%s%s%s%s%s%s%s%s%s%s", [x0, x0, x0, x0, x0, x0, x0, x0, x0, x0])
	x2 := sprintf("%s%s%s%s%s%s%s%s%s%s", [x1, x1, x1, x1, x1, x1, x1, x1, x1, x1])
	x3 := sprintf("%s%s%s%s%s%s%s%s%s%s", [x2, x2, x2, x2, x2, x2, x2, x2, x2, x2])
	x4 := sprintf("%s%s%s%s%s%s%s%s%s%s", [x3, x3, x3, x3, x3, x3, x3, x3, x3, x3])
	x5 := sprintf("%s%s%s%s%s%s%s%s%s%s", [x4, x4, x4, x4, x4, x4, x4, x4, x4, x4])
	x6 := sprintf("%s%s%s%s%s%s%s%s%s%s", [x5, x5, x5, x5, x5, x5, x5, x5, x5, x5])
	x7 := sprintf("%s%s%s%s%s%s%s%s%s%s", [x6, x6, x6, x6, x6, x6, x6, x6, x6, x6])
	x8 := sprintf("%s%s%s%s%s%s%s%s%s%s", [x7, x7, x7, x7, x7, x7, x7, x7, x7, x7])
	x9 := sprintf("%s%s%s%s%s%s%s%s%s%s", [x8, x8, x8, x8, x8, x8, x8, x8, x8, x8])
	count(x9) == 7
}
