# expect: failed
# Half a gigabyte of zeros.
package main

deny contains "found" if {
	x := bits.lsh(1, 4000000000)
	x == 7
}
