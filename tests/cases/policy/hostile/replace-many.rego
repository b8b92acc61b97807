# expect: failed
# The same by another function.
package main

deny contains "found" if {
	x0 := "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	x1 := strings.replace_n({"a": x0}, x0)
	x2 := strings.replace_n({"a": x1}, x1)
	x3 := strings.replace_n({"a": x2}, x2)
	x4 := strings.replace_n({"a": x3}, x3)
	x5 := strings.replace_n({"a": x4}, x4)
	x6 := strings.replace_n({"a": x5}, x5)
	x7 := strings.replace_n({"a": x6}, x6)
	x8 := strings.replace_n({"a": x7}, x7)
	count(x8) == 7
}
