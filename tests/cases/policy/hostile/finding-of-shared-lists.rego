# expect: failed
# A finding that is small while its parts are shared.
package main

deny contains {"msg": "found", "x": x12} if {
	x0 := 1
	x1 := [x0, x0, x0, x0, x0, x0, x0, x0, x0, x0]
	x2 := [x1, x1, x1, x1, x1, x1, x1, x1, x1, x1]
	x3 := [x2, x2, x2, x2, x2, x2, x2, x2, x2, x2]
	x4 := [x3, x3, x3, x3, x3, x3, x3, x3, x3, x3]
	x5 := [x4, x4, x4, x4, x4, x4, x4, x4, x4, x4]
	x6 := [x5, x5, x5, x5, x5, x5, x5, x5, x5, x5]
	x7 := [x6, x6, x6, x6, x6, x6, x6, x6, x6, x6]
	x8 := [x7, x7, x7, x7, x7, x7, x7, x7, x7, x7]
	x9 := [x8, x8, x8, x8, x8, x8, x8, x8, x8, x8]
	x10 := [x9, x9, x9, x9, x9, x9, x9, x9, x9, x9]
	x11 := [x10, x10, x10, x10, x10, x10, x10, x10, x10, x10]
	x12 := [x11, x11, x11, x11, x11, x11, x11, x11, x11, x11]
}
