# expect: failed
# What holds of everything has to be tried on everything.
package main

deny contains "found" if {
	n := numbers.range(1, 5000)
	every a in n { every b in n { every c in n { a + b + c > 0 } } }
}
