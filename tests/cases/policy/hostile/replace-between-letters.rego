# expect: failed
# Each letter becomes the whole text, eight times.
package main

deny contains "found" if {
	x0 := "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	x1 := replace(x0, "a", x0)
	x2 := replace(x1, "a", x1)
	x3 := replace(x2, "a", x2)
	x4 := replace(x3, "a", x3)
	x5 := replace(x4, "a", x4)
	x6 := replace(x5, "a", x5)
	x7 := replace(x6, "a", x6)
	x8 := replace(x7, "a", x7)
	count(x8) == 7
}
