package main_test

import data.main

of(image) := {"spec": {"template": {"spec": {"containers": [{"name": "web", "image": image}]}}}}

test_RULE_finds if {
	found := main.deny_RULE with input as of("web:latest")
	{it.pointer | some it in found} == {"/spec/template/spec/containers/0/image"}
}

test_RULE_lets_pass if {
	count(main.deny_RULE) == 0 with input as of("web@sha256:0000")
}
