# expect: failed
# Nine million maps put into one.
package main

deny contains "found" if {
	n := numbers.range(1, 3000)
	x := object.union_n([{sprintf("%d-%d", [a, b]): n} | some a in n; some b in n])
	count(x) == 7
}
