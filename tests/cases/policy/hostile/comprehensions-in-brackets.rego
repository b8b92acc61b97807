# expect: failed
# The same with comprehensions.
package main

deny contains "found" if {
	x := [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | [1 | true]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
	count(x) == 7
}
