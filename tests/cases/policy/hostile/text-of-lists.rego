# expect: failed
# Small while it is shared, and ten gigabytes as text.
package main

deny contains "found" if {
	x0 := ["aaaaaaaaaaaaaaaaaaaaaaaa"]
	x1 := [x0, x0, x0, x0, x0, x0, x0, x0, x0, x0]
	x2 := [x1, x1, x1, x1, x1, x1, x1, x1, x1, x1]
	x3 := [x2, x2, x2, x2, x2, x2, x2, x2, x2, x2]
	x4 := [x3, x3, x3, x3, x3, x3, x3, x3, x3, x3]
	x5 := [x4, x4, x4, x4, x4, x4, x4, x4, x4, x4]
	x6 := [x5, x5, x5, x5, x5, x5, x5, x5, x5, x5]
	x7 := [x6, x6, x6, x6, x6, x6, x6, x6, x6, x6]
	x8 := [x7, x7, x7, x7, x7, x7, x7, x7, x7, x7]
	x9 := [x8, x8, x8, x8, x8, x8, x8, x8, x8, x8]
	y := json.marshal(x9)
	count(y) == 7
}
