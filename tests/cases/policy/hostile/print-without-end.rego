# expect: failed
# Nine million lines for nobody.
package main

deny contains "found" if {
	n := numbers.range(1, 3000)
	some a in n
	some b in n
	print(concat("", ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", sprintf("%d", [a + b])]))
	a + b == -1
}
