# expect: failed
# Two hundred findings of a megabyte.
package main

deny contains "found" if {
	true
}

deny contains message if {
	x0 := "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	x1 := replace(x0, "a", x0)
	x2 := replace(x1, "a", x0)
	some a in numbers.range(1, 200)
	message := sprintf("%s %d", [x2, a])
}
