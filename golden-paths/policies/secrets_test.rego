package flagstone.plan_test

import data.flagstone.plan

test_a_secret if {
	found := plan.deny_secret with input as {"secrets": [{"path": "a.env", "line": 3, "kind": "an AWS access key"}]}
	{it._loc.line | some it in found} == {3}
}

test_no_secret if count(plan.deny_secret) == 0 with input as {"secrets": []}
