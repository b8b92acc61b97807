# expect: failed
# Half of all addresses.
package main

deny contains "found" if {
	x := net.cidr_expand("2001:db8::/1")
	count(x) == 7
}
