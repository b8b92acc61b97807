# expect: failed
# Choices in choices in choices.
package main

deny contains "found" if {
	x := concat("", ["{a,b" | some _ in numbers.range(1, 5000)])
	y := concat("", [x, concat("", ["}" | some _ in numbers.range(1, 5000)])])
	glob.match(y, [], "a")
}
