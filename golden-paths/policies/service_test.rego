package flagstone.plan_test

import data.flagstone.plan

service := {"name": "orders-api", "owner": "team-orders", "annotations": {"costCentre": "CC-4711"}}

test_a_good_name if count(plan.deny_service_name) == 0 with input as {"service": service}

test_a_bad_name if count(plan.deny_service_name) == 1 with input as {"service": {"name": "Orders_API"}}

test_an_owner if count(plan.deny_service_owner) == 0 with input as {"service": service}

test_no_owner if count(plan.deny_service_owner) == 1 with input as {"service": {"name": "orders-api", "owner": null}}

test_a_known_owner if {
	count(plan.deny_unknown_owner) == 0 with input as {"service": service} with data.teams as ["team-orders"]
}

test_an_unknown_owner if {
	count(plan.deny_unknown_owner) == 1 with input as {"service": service} with data.teams as ["team-other"]
}

test_a_cost_centre if {
	found := plan.deny_cost_centre | plan.deny_cost_centre_form with input as {"service": service} with data.costCentre as {"pattern": "^CC-[0-9]{4}$"}
	count(found) == 0
}

test_no_cost_centre if {
	count(plan.deny_cost_centre) == 1 with input as {"service": {"name": "a", "annotations": {}}} with data.costCentre as {"pattern": "^CC-[0-9]{4}$"}
}

test_a_cost_centre_of_another_form if {
	count(plan.deny_cost_centre_form) == 1 with input as {"service": service} with data.costCentre as {"pattern": "^K[0-9]+$"}
}

test_a_region if {
	count(plan.deny_region) == 0 with input as {"parameters": {"region": "eu-west-1"}} with data.regions as ["eu-west-1"]
}

test_another_region if {
	found := plan.deny_region with input as {"parameters": {"regions": ["eu-west-1", "us-east-1"]}} with data.regions as ["eu-west-1"]
	{it.pointer | some it in found} == {"/spec/parameters/regions/1"}
}

gold := {"action": "new", "ticket": null, "parameters": {"tier": "gold"}, "files": []}

test_no_ticket if count(plan.deny_ticket) == 1 with input as gold with data.tiers as {"gold": {"ticket": true}}

test_a_ticket if {
	asked := object.union(gold, {"ticket": "PLAT-123"})
	count(plan.deny_ticket) == 0 with input as asked with data.tiers as {"gold": {"ticket": true}}
}

test_nothing_ready if {
	count(plan.deny_unready) == 3 with input as gold with data.tiers as {"gold": {"slo": true, "runbook": true, "onCall": true}}
}

test_all_ready if {
	asked := {
		"parameters": {"tier": "gold", "slo_target": 99.9, "on_call": "orders"},
		"files": [{"path": "docs/runbook.md", "change": "added"}],
	}
	count(plan.deny_unready) == 0 with input as asked with data.tiers as {"gold": {"slo": true, "runbook": true, "onCall": true}}
}

test_restricted_data if count(plan.needs_approval_restricted_data) == 1 with input as {"parameters": {"data_class": "restricted"}}

test_internal_data if count(plan.needs_approval_restricted_data) == 0 with input as {"parameters": {"data_class": "internal"}}
