package main

# METADATA
# title: "TITLE"
# description: Say here what the rule is for, and what could go wrong without it.
# custom:
#   id: "ID"
#   severity: medium
#   remediation: Pin the image by its digest.
#   approver: platform-team
deny_RULE contains {"msg": msg, "pointer": pointer} if {
	some index, container in input.spec.template.spec.containers
	image := container.image
	endswith(image, ":latest")
	pointer := sprintf("/spec/template/spec/containers/%d/image", [index])
	msg := sprintf("`%v` floats", [image])
}
