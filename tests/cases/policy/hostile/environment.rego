# expect: failed
# No policy reads the environment.
package main

deny contains "found" if {
	x := opa.runtime()
	x.env.HOME
}
