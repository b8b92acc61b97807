# expect: failed
# The same by a regular expression.
package main

deny contains "found" if {
	x0 := "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	x1 := regex.replace(x0, "", x0)
	x2 := regex.replace(x1, "", x1)
	x3 := regex.replace(x2, "", x2)
	x4 := regex.replace(x3, "", x3)
	x5 := regex.replace(x4, "", x4)
	x6 := regex.replace(x5, "", x5)
	x7 := regex.replace(x6, "", x6)
	x8 := regex.replace(x7, "", x7)
	count(x8) == 7
}
