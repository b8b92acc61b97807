# expect: deny
# Exponential elsewhere, linear here: it ends by itself.
package main

deny contains "found" if {
	x := concat("", ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!" | some _ in numbers.range(1, 1000)])
	matches := regex.match("^(a+)+$", x)
	matches == false
}
