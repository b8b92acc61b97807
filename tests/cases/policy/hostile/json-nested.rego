# expect: failed
# The same in JSON.
package main

deny contains "found" if {
	x := concat("", ["[" | some _ in numbers.range(1, 90000)])
	y := json.unmarshal(x)
	count(y) == 7
}
