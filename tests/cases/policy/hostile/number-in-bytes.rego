# expect: failed
# The same from a size.
package main

deny contains "found" if {
	x := units.parse_bytes("1e1000000000Gi")
	x == 7
}
