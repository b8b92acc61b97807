# expect: failed
# The same from JSON.
package main

deny contains "found" if {
	x := json.unmarshal("[1e1000000000]")
	x[0] + 1 == 7
}
