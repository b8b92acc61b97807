# expect: failed
# Neither can be known before the other.
package main

a if b

b if a

deny contains "found" if {
	a
}
