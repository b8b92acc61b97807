package flagstone.plan_test

import data.flagstone.plan

test_RULE_finds if {
	found := plan.deny_RULE with input as {"service": {"name": "orders-api", "owner": "nobody"}}
	{it.msg | some it in found} == {"nobody answers for `orders-api`"}
}

test_RULE_lets_pass if {
	count(plan.deny_RULE) == 0 with input as {"service": {"name": "orders-api", "owner": "team-orders"}}
}
