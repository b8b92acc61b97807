# expect: failed
# A thousand million addresses.
package main

deny contains "found" if {
	x := net.cidr_expand("10.0.0.0/2")
	count(x) == 7
}
