# expect: failed
# A text that nothing closes.
package main

deny contains `found if {
	true
}
