# METADATA
# title: What a service must say of itself
package flagstone.plan

# METADATA
# title: Services have names that DNS takes
# description: The name becomes a host, a Kubernetes object, a repository and a part of URLs.
# custom:
#   id: FS001
#   parameter: name
#   severity: high
#   remediation: "Use 3 to 40 lower-case letters, digits and hyphens, beginning with a letter: `orders-api`."
#   approver: platform-team
#   links: [https://www.rfc-editor.org/rfc/rfc1123#section-2.1]
deny_service_name contains {"msg": msg, "path": "flagstone.yaml", "pointer": "/metadata/name"} if {
	name := input.service.name
	not well_named(name)
	msg := sprintf("`%v` is no name that DNS takes", [name])
}

well_named(name) if {
	is_string(name)
	regex.match(`^[a-z][a-z0-9-]{1,38}[a-z0-9]$`, name)
}

# METADATA
# title: Services have an owner
# description: Somebody is asked, and called, when the service fails.
# custom:
#   id: FS002
#   severity: high
#   remediation: Name the team as `metadata.owner` in `flagstone.yaml`.
#   approver: platform-team
#   links: [https://backstage.io/docs/features/software-catalog/descriptor-format#specowner-required]
deny_service_owner contains {"msg": msg, "path": "flagstone.yaml", "pointer": "/metadata"} if {
	is_object(input.service)
	not owned
	msg := "nobody owns the service"
}

default owned := false

owned if {
	is_string(input.service.owner)
	trim_space(input.service.owner) != ""
}

# METADATA
# title: Services are owned by a team that we know
# description: A team that does not exist can't be called.
# custom:
#   id: FS002
#   parameter: owner
#   severity: high
#   remediation: Name one of the teams in the catalog's `data.teams`, or ask the platform team to add yours.
#   approver: platform-team
#   links: [https://backstage.io/docs/features/software-catalog/descriptor-format#specowner-required]
#   needs: [data.teams]
deny_unknown_owner contains {"msg": msg, "path": "flagstone.yaml", "pointer": "/metadata/owner"} if {
	owned
	owner := input.service.owner
	teams := data.teams
	not owner in teams
	msg := sprintf("there is no team `%s`", [owner])
}

# METADATA
# title: Services say who pays for them
# description: What a service costs is charged to its cost centre.
# custom:
#   id: FS003
#   severity: medium
#   remediation: "Say it as `metadata.annotations.costCentre` in `flagstone.yaml` (`new --annotate costCentre=…`), or answer `cost_centre`."
#   approver: platform-team
#   links: [https://www.finops.org/framework/capabilities/allocation/]
#   needs: [data.costCentre.pattern]
deny_cost_centre contains {"msg": msg, "path": "flagstone.yaml", "pointer": "/metadata"} if {
	is_object(input.service)
	data.costCentre.pattern
	count(cost_centres) == 0
	msg := "the service has no cost centre"
}

# METADATA
# title: Cost centres have the form that accounting knows
# description: What a service costs is charged to its cost centre.
# custom:
#   id: FS003
#   severity: medium
#   remediation: Ask your controller for the cost centre of the team.
#   approver: platform-team
#   links: [https://www.finops.org/framework/capabilities/allocation/]
#   needs: [data.costCentre.pattern]
deny_cost_centre_form contains {"msg": msg, "path": "flagstone.yaml"} if {
	some centre in cost_centres
	pattern := data.costCentre.pattern
	not regex.match(pattern, centre)
	msg := sprintf("`%s` is no cost centre: it must match `%s`", [centre, pattern])
}

cost_centres contains centre if {
	some key in ["costCentre", "cost-centre", "cost_centre"]
	some value in [answer | answer := cost_centre_places[_][key]]
	centre := sprintf("%v", [value])
	not centre in {"", "null"}
}

# Where it may be said.
cost_centre_places contains place if place := input.service.annotations

cost_centre_places contains place if place := input.parameters

# METADATA
# title: Data stays where it may be
# description: Law and contracts say in which regions we may keep what customers entrust to us.
# custom:
#   id: FS004
#   parameter: region
#   severity: critical
#   remediation: Answer `region` with one of the catalog's `data.regions`.
#   approver: data-protection
#   links: [https://gdpr.eu/article-44-transfer-of-personal-data/]
#   needs: [data.regions]
deny_region contains {"msg": msg, "path": "flagstone.yaml", "pointer": pointer} if {
	some asked in regions_asked
	regions := data.regions
	region := asked.region
	not region in regions
	pointer := asked.pointer
	msg := sprintf("region `%v` is not allowed: choose one of %s", [region, concat(", ", regions)])
}

regions_asked contains {"region": region, "pointer": "/spec/parameters/region"} if {
	region := input.parameters.region
	not is_array(region)
	region != null
	region != ""
}

regions_asked contains {"region": region, "pointer": pointer} if {
	some key in ["region", "regions"]
	region := input.parameters[key][at]
	is_number(at)
	pointer := sprintf("/spec/parameters/%s/%d", [key, at])
}

# METADATA
# title: Changes of important services have a ticket
# description: Who comes after us must learn why it was done.
# custom:
#   id: FS005
#   severity: medium
#   remediation: "Say which one: `--ticket PLAT-123`."
#   approver: platform-team
#   links: [https://sre.google/sre-book/managing-incidents/]
#   needs: [data.tiers]
deny_ticket contains {"msg": msg} if {
	input.action in {"new", "apply", "upgrade"}
	tier := input.parameters.tier
	data.tiers[tier].ticket == true
	not ticketed
	msg := sprintf("a service of tier `%s` is changed without a ticket", [tier])
}

default ticketed := false

ticketed if {
	is_string(input.ticket)
	trim_space(input.ticket) != ""
}

# METADATA
# title: Important services have an objective, a runbook and somebody on call
# description: A promise that nobody measures, and a failure that nobody is called for, are neither.
# custom:
#   id: FS008
#   severity: high
#   remediation: "Answer the parameter, or keep the document: `docs/slo.md`, `docs/runbook.md`, `docs/on-call.md`."
#   approver: platform-team
#   links: [https://sre.google/workbook/implementing-slos/, https://sre.google/sre-book/being-on-call/]
#   needs: [data.tiers]
deny_unready contains {"msg": msg, "path": "flagstone.yaml", "pointer": "/spec/parameters"} if {
	tier := input.parameters.tier
	some demand, names in readiness
	data.tiers[tier][demand] == true
	not ready(names)
	msg := sprintf("a service of tier `%s` needs %s", [tier, names.words])
}

# What a tier may demand, the parameters that answer it, and the document that does.
readiness := {
	"slo": {
		"words": "a service level objective",
		"parameters": ["slo", "slo_target", "sloTarget"],
		"document": "docs/slo.md",
	},
	"runbook": {
		"words": "a runbook",
		"parameters": ["runbook", "runbook_url", "runbookUrl"],
		"document": "docs/runbook.md",
	},
	"onCall": {
		"words": "somebody on call",
		"parameters": ["on_call", "oncall", "onCall"],
		"document": "docs/on-call.md",
	},
}

ready(names) if {
	some name in names.parameters
	answer := input.parameters[name]
	not answer in {"", null, false}
}

ready(names) if {
	file := input.files[_]
	file.path == names.document
	file.change != "deleted"
}

# METADATA
# title: Restricted data is approved by those who answer for it
# description: Services with restricted data are reviewed before they exist, not after.
# custom:
#   id: FS009
#   parameter: data_class
#   severity: high
#   remediation: Choose another data class, or ask data protection for an `exception` in the catalog's policies.
#   approver: data-protection
#   links: [https://gdpr.eu/article-35-impact-assessment/]
needs_approval_restricted_data contains {"msg": msg, "path": "flagstone.yaml", "pointer": pointer} if {
	some key in ["data_class", "dataClass", "data_classification"]
	class := input.parameters[key]
	is_string(class)
	lower(class) == "restricted"
	pointer := sprintf("/spec/parameters/%s", [key])
	msg := "the service has restricted data"
}
