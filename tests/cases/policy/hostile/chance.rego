# expect: failed
# No verdict may depend on chance.
package main

deny contains "found" if {
	x := rand.intn("a", 100)
	x >= 0
}
