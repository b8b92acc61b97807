# expect: failed
# Millions of pieces, a thousand times.
package main

deny contains "found" if {
	x := concat("", ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" | some _ in numbers.range(1, 50000)])
	y := [z | some i in numbers.range(1, 1000); z := regex.find_n(sprintf("a{0,%d}", [i % 7]), x, -1)]
	count(y) == 7
}
