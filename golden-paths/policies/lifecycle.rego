# METADATA
# title: What a service may be made from
package flagstone.plan

# METADATA
# title: New services are made from paths with a future
# description: A deprecated golden path gets no new versions.
# custom:
#   id: FS006
#   severity: high
#   remediation: Use its successor, `flagstone catalog list` shows them all.
#   approver: platform-team
#   links: [https://learn.microsoft.com/platform-engineering/about/paved-paths]
deny_deprecated contains {"msg": msg, "path": "flagstone.yaml", "pointer": "/spec/goldenPath"} if {
	input.action == "new"
	input.goldenPath.lifecycle == "deprecated"
	msg := sprintf("`%v` is deprecated%s", [input.goldenPath.name, instead])
}

# METADATA
# title: Services leave deprecated paths
# description: A deprecated golden path gets no new versions.
# custom:
#   id: FS006
#   severity: medium
#   remediation: Plan the move to its successor, `flagstone catalog list` shows them all.
#   approver: platform-team
#   links: [https://learn.microsoft.com/platform-engineering/about/paved-paths]
warn_deprecated contains {"msg": msg, "path": "flagstone.yaml", "pointer": "/spec/goldenPath"} if {
	input.goldenPath.lifecycle == "deprecated"
	input.action != "new"
	msg := sprintf("`%v` is deprecated%s", [input.goldenPath.name, instead])
}

# METADATA
# title: Nothing is made from a path after its sunset
# description: After its sunset nobody mends a golden path, not even where it is unsafe.
# custom:
#   id: FS006
#   severity: high
#   remediation: Move to its successor, `flagstone catalog list` shows them all.
#   approver: platform-team
#   links: [https://learn.microsoft.com/platform-engineering/about/paved-paths]
deny_sunset contains {"msg": msg, "path": "flagstone.yaml", "pointer": "/spec/goldenPath"} if {
	input.action in {"new", "apply", "upgrade"}
	sunset := input.goldenPath.sunset
	is_string(sunset)
	is_string(input.now)
	substring(input.now, 0, 10) >= substring(sunset, 0, 10)
	msg := sprintf("`%v` had its sunset on %s%s", [input.goldenPath.name, sunset, instead])
}

default instead := ""

instead := sprintf(": use `%s`", [input.goldenPath.successor]) if is_string(input.goldenPath.successor)

# METADATA
# title: New services begin with a version that is supported
# description: Every version behind the newest one is an upgrade that somebody has to make.
# custom:
#   id: FS007
#   severity: high
#   remediation: Use the newest version.
#   approver: platform-team
#   links: [https://kubernetes.io/releases/version-skew-policy/]
#   needs: [data.support]
deny_version_skew contains {"msg": msg, "path": "flagstone.yaml", "pointer": "/spec/version"} if {
	input.action == "new"
	some msg in skews
}

# METADATA
# title: Services keep up with their golden path
# description: Every version behind the newest one is an upgrade that somebody has to make.
# custom:
#   id: FS007
#   severity: medium
#   remediation: Run `flagstone upgrade`.
#   approver: platform-team
#   links: [https://kubernetes.io/releases/version-skew-policy/]
#   needs: [data.support]
warn_version_skew contains {"msg": msg, "path": "flagstone.yaml", "pointer": "/spec/version"} if {
	input.action != "new"
	some msg in skews
}

skews contains msg if {
	ours := release(input.goldenPath.version)
	newest := release(input.goldenPath.latest)
	ours[0] == newest[0]
	newest[1] - ours[1] > object.get(data.support, "minors", 2)
	msg := behind
}

skews contains msg if {
	ours := release(input.goldenPath.version)
	newest := release(input.goldenPath.latest)
	newest[0] - ours[0] > object.get(data.support, "majors", 0)
	msg := behind
}

default behind := ""

behind := sprintf("`%v` %v is too far behind %v", [path.name, path.version, path.latest]) if {
	path := input.goldenPath
}

release(version) := [to_number(parts[0][1]), to_number(parts[0][2])] if {
	is_string(version)
	parts := regex.find_all_string_submatch_n(`^([0-9]{1,9})\.([0-9]{1,9})\.`, version, 1)
	count(parts) == 1
}
