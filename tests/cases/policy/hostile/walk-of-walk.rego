# expect: failed
# Every way into a value, for every way into it.
package main

deny contains "found" if {
	n := [numbers.range(1, 300) | some _ in numbers.range(1, 300)]
	walk(n, [p, _])
	walk(n, [q, _])
	p == [q]
}
