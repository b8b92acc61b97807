package flagstone.plan_test

import data.flagstone.plan

old := {"name": "web", "version": "1.2.0", "lifecycle": "deprecated", "successor": "web-2", "latest": "1.9.0"}

test_a_deprecated_path_for_a_new_service if {
	found := plan.deny_deprecated with input as {"action": "new", "goldenPath": old}
	{it.msg | some it in found} == {"`web` is deprecated: use `web-2`"}
}

test_a_deprecated_path_of_a_service if {
	count(plan.deny_deprecated) == 0 with input as {"action": "check", "goldenPath": old}
	count(plan.warn_deprecated) == 1 with input as {"action": "check", "goldenPath": old}
}

test_a_sunset if {
	path := object.union(old, {"sunset": "2026-12-31"})
	count(plan.deny_sunset) == 1 with input as {"action": "apply", "now": "2026-12-31T00:00:00Z", "goldenPath": path}
	count(plan.deny_sunset) == 0 with input as {"action": "apply", "now": "2026-12-30T23:59:59Z", "goldenPath": path}
}

test_too_far_behind if {
	count(plan.deny_version_skew) == 1 with input as {"action": "new", "goldenPath": old} with data.support as {"minors": 2}
	count(plan.warn_version_skew) == 1 with input as {"action": "check", "goldenPath": old} with data.support as {"minors": 2}
}

test_near_enough if {
	count(plan.deny_version_skew) == 0 with input as {"action": "new", "goldenPath": old} with data.support as {"minors": 7}
	count(plan.warn_version_skew) == 0 with input as {"action": "check", "goldenPath": old} with data.support as {"minors": 7}
}

test_a_major_version_behind if {
	path := object.union(old, {"latest": "2.0.0"})
	count(plan.warn_version_skew) == 1 with input as {"action": "check", "goldenPath": path} with data.support as {"majors": 0}
	count(plan.warn_version_skew) == 0 with input as {"action": "check", "goldenPath": path} with data.support as {"majors": 1}
}
