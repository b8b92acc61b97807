# expect: failed
# Ninety thousand lists in each other.
package main

deny contains "found" if {
	x := concat("", ["[" | some _ in numbers.range(1, 90000)])
	y := yaml.unmarshal(x)
	count(y) == 7
}
