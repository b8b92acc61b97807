# expect: failed
# No policy asks the network.
package main

deny contains "found" if {
	x := http.send({"method": "get", "url": "http://127.0.0.1:1/"})
	x.status_code == 200
}
