package flagstone.plan

# METADATA
# title: "TITLE"
# description: Say here what the rule is for, and what could go wrong without it.
# custom:
#   id: "ID"
#   severity: medium
#   remediation: Name the team that answers for the service as `metadata.owner` in `flagstone.yaml`.
#   approver: platform-team
deny_RULE contains {"msg": msg, "path": "flagstone.yaml", "pointer": "/metadata/owner"} if {
	name := input.service.name
	owner := input.service.owner
	owner in {"", "nobody"}
	msg := sprintf("nobody answers for `%v`", [name])
}
