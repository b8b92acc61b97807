package flagstone.plan_test

import data.flagstone.plan

workflow(ownership, command) := {
	"path": ".github/workflows/ci.yml",
	"ownership": ownership,
	"change": "kept",
	"parsed": {"jobs": {"guard": {"steps": [{"run": command}]}}},
}

test_a_guard if {
	plan_input := {"files": [workflow("managed", "flagstone check --format github")]}
	count(plan.deny_unguarded) == 0 with input as plan_input with data.guards as ["flagstone check"]
	count(plan.deny_guard_unmanaged) == 0 with input as plan_input with data.guards as ["flagstone check"]
}

test_no_guard if {
	plan_input := {"files": [workflow("managed", "make test")]}
	count(plan.deny_unguarded) == 1 with input as plan_input with data.guards as ["flagstone check"]
}

test_a_guard_that_a_team_can_take_away if {
	plan_input := {"files": [workflow("merged", "flagstone check")]}
	count(plan.deny_guard_unmanaged) == 1 with input as plan_input with data.guards as ["flagstone check"]
}
