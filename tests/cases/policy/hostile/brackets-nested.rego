# expect: failed
# Each level doubles the work of a parser.
package main

deny contains "found" if {
	x := [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
	count(x) == 7
}
