# expect: failed
# A thousand million states.
package main

deny contains "found" if {
	regex.match("((a{1,1000}){1,1000}){1,1000}", "a")
}
