# METADATA
# title: What an image may be built from, and how
# description: The input is a Dockerfile as conftest reads it, a list of instructions.
package flagstone.files.dockerfile

# METADATA
# title: Base images come from registries that we know
# description: Whoever owns the registry owns what runs in the service.
# custom:
#   id: FS010
#   severity: high
#   remediation: Use an image from one of the catalog's `data.registries`, or ask for a mirror of it.
#   approver: platform-team
#   links: [https://kyverno.io/policies/best-practices/restrict-image-registries/restrict-image-registries/]
#   needs: [data.registries]
deny_image_registry contains {"msg": msg, "pointer": pointer} if {
	data.registries
	image := docker_images[at]
	name := docker_full_name(image)
	not docker_is_known(name)
	pointer := sprintf("/%d", [at])
	msg := sprintf("`%s` is from a registry that is not allowed", [image])
}

docker_is_known(name) if {
	registry := data.registries[_]
	startswith(concat("", [name, "/"]), concat("", [trim_suffix(registry, "/"), "/"]))
}

# An image's name with its registry, without tag and digest.
docker_full_name(image) := concat("/", array.concat(docker_registry(parts), parts)) if {
	plain := regex.replace(split(image, "@")[0], `:[^/]*$`, "")
	parts := split(plain, "/")
}

docker_registry(parts) := [] if docker_has_registry(parts)

docker_registry(parts) := ["docker.io"] if {
	not docker_has_registry(parts)
	count(parts) > 1
}

docker_registry(parts) := ["docker.io", "library"] if {
	not docker_has_registry(parts)
	count(parts) == 1
}

docker_has_registry(parts) if {
	count(parts) > 1
	regex.match(`[.:]|^localhost$`, parts[0])
}

# An argument without a value: nobody knows.
docker_has_registry(parts) if {
	startswith(parts[0], "$")
}

# METADATA
# title: Base images are pinned
# description: What a tag names changes; what a digest names does not.
# custom:
#   id: FS011
#   severity: high
#   remediation: "Name the image by its digest: `python:3.14-slim@sha256:…`. Renovate and Dependabot keep it new."
#   approver: platform-team
#   links: [https://docs.docker.com/build/building/best-practices/#pin-base-image-versions]
deny_image_unpinned contains {"msg": msg, "pointer": pointer} if {
	image := docker_images[at]
	not regex.match(`@sha256:[0-9a-f]{64}$`, image)
	pointer := sprintf("/%d", [at])
	msg := sprintf("`%s` may be another image tomorrow", [image])
}

# METADATA
# title: Services do not run as root
# description: Who breaks out of a container is what it ran as.
# custom:
#   id: FS012
#   severity: high
#   remediation: "End the last stage with a user of no rights: `USER 10001`."
#   approver: security
#   links: [https://docs.docker.com/build/building/best-practices/#user]
deny_image_root contains {"msg": msg, "pointer": pointer} if {
	at := docker_user_at
	user := docker_expand(docker_lines[at].Value[0], docker_variables)
	name := lower(split(user, ":")[0])
	regex.match(`^(root|0+|containeradministrator)$`, name)
	pointer := sprintf("/%d", [at])
	msg := sprintf("the image runs as `%s`", [user])
}

# METADATA
# title: Services do not run as root
# description: Without a user an image runs as its base image does, and that is nearly always root.
# custom:
#   id: FS012
#   severity: high
#   remediation: "End the last stage with a user of no rights: `USER 10001`."
#   approver: security
#   links: [https://docs.docker.com/build/building/best-practices/#user]
deny_image_without_user contains {"msg": msg, "pointer": pointer} if {
	at := max(docker_chain)
	not docker_user_at
	base := docker_base(min(docker_chain))
	not contains(base, "nonroot")
	pointer := sprintf("/%d", [at])
	msg := sprintf("no `USER` is named, and `%s` does not promise one", [base])
}

# METADATA
# title: No secrets in an image
# description: Everybody who can pull an image can read its variables and the arguments of its build.
# custom:
#   id: FS013
#   severity: critical
#   remediation: "Give it to the step that needs it: `RUN --mount=type=secret,id=token …`, or to the service when it starts."
#   approver: security
#   links: [https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/]
deny_image_secret contains {"msg": msg, "pointer": pointer} if {
	some set in docker_settings
	set.value != ""
	name := set.name
	docker_is_secret(name)
	pointer := sprintf("/%d", [set.line])
	msg := sprintf("`%s` becomes part of the image", [name])
}

# METADATA
# title: No secrets in the arguments of a build
# description: Everybody who can pull an image can read the arguments of its build.
# custom:
#   id: FS013
#   severity: critical
#   remediation: "Give it to the step that needs it: `RUN --mount=type=secret,id=token …`."
#   approver: security
#   links: [https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/]
deny_build_secret contains {"msg": msg, "pointer": pointer} if {
	some set in docker_arguments
	name := set.name
	docker_is_secret(name)
	pointer := sprintf("/%d", [set.line])
	msg := sprintf("`%s` can be read from the image's history", [name])
}

# METADATA
# title: Nothing is added unseen
# description: What an address serves changes, and `ADD` takes whatever it is today.
# custom:
#   id: FS013
#   severity: high
#   remediation: "Say what you expect, `ADD --checksum=sha256:…`, or `COPY` a file of the repository."
#   approver: security
#   links: [https://docs.docker.com/reference/dockerfile/#add---checksum]
deny_remote_add contains {"msg": msg, "pointer": pointer} if {
	line := docker_lines[at]
	line.Cmd == "add"
	not docker_has_checksum(line)
	sources := array.slice(line.Value, 0, count(line.Value) - 1)
	source := sources[_]
	regex.match(`(?i)^["']?(https?://|ftp://|git@|ssh://)`, source)
	pointer := sprintf("/%d", [at])
	msg := sprintf("`%s` is added without a checksum", [source])
}

docker_has_checksum(line) if {
	flag := line.Flags[_]
	is_string(flag)
	regex.match(`^--checksum=.`, flag)
}

# A name that says that its value is secret; `…_FILE`, `…_URL` and `PUBLIC_…` do not.
docker_is_secret(name) if {
	regex.match(`(?i)(^|_)(password|passwd|passphrase|pword|pwd|secret|token|api_?key|credentials?|private_key|secret_key|access_key|secret_key_base)$`, name)
	not regex.match(`(?i)(^|_)(public|no|skip|disable|use)_`, name)
}

# What follows is what rules ask of a Dockerfile.

docker_lines[at] := line if {
	is_array(input)
	line := input[at]
	is_string(line.Cmd)
	is_array(line.Value)
	count(line.Value) > 0
	every value in line.Value { is_string(value) }
}

docker_froms[at] := line if {
	line := docker_lines[at]
	line.Cmd == "from"
}

# Names of stages, in lower case, by the place of their `FROM`.
docker_stages[at] := name if {
	line := docker_froms[at]
	lower(line.Value[1]) == "as"
	name := lower(line.Value[2])
}

docker_is_stage(text, at) if {
	name := docker_stages[before]
	before < at
	name == lower(text)
}

# `base-${TARGETARCH}` beside `FROM … AS base-amd64`.
docker_is_stage(text, at) if {
	prefix := split(text, "$")[0]
	prefix != text
	prefix != ""
	name := docker_stages[before]
	before < at
	startswith(name, lower(prefix))
}

docker_base(at) := docker_expand(docker_expand(text, docker_globals), docker_globals) if {
	text := docker_froms[at].Value[0]
}

# Every image that is taken from elsewhere, by the place of its instruction.
docker_images[at] := image if {
	docker_froms[at]
	image := docker_base(at)
	lower(image) != "scratch"
	not docker_is_stage(image, at)
}

docker_images[at] := image if {
	line := docker_lines[at]
	line.Cmd == "copy"
	flag := line.Flags[_]
	is_string(flag)
	startswith(flag, "--from=")
	image := trim_prefix(flag, "--from=")
	not regex.match(`^[0-9]+$|\$`, image)
	not docker_is_stage(image, at)
}

# `ARG NAME=value`, wherever it stands; without a value it has an empty one.
docker_arguments contains {"line": at, "order": order, "name": name, "value": value} if {
	line := docker_lines[at]
	line.Cmd == "arg"
	text := trim(line.Value[i], "\"'")
	order := (at * 1000) + i
	name := split(text, "=")[0]
	value := trim(trim_prefix(substring(text, count(name), -1), "="), "\"'")
}

# `ENV NAME=value`: three texts each.
docker_settings contains {"line": at, "order": order, "name": name, "value": value} if {
	line := docker_lines[at]
	line.Cmd == "env"
	name := line.Value[i]
	i % 3 == 0
	order := (at * 1000) + i
	value := trim(line.Value[i + 1], "\"'")
}

# The arguments before the first stage: the only ones that a `FROM` sees.
docker_globals := docker_last({it |
	some it in docker_arguments
	it.line < min({at | docker_froms[at]})
})

docker_variables := docker_last(docker_arguments | docker_settings)

# The value of each name that was set last.
docker_last(all) := {name: value |
	some it in all
	it.value != ""
	name := it.name
	it.order == max({other.order | some other in all; other.name == name; other.value != ""})
	value := it.value
}

# A text with the variables that are known; the others stay as `${NAME}`.
docker_expand(text, values) := strings.replace_n(known, braced) if {
	braced := regex.replace(text, `\$([A-Za-z_][A-Za-z0-9_]*)`, "$${${1}}")
	parts := regex.find_all_string_submatch_n(`\$\{([A-Za-z_][A-Za-z0-9_]*)(?::?-([^}]*))?\}`, braced, -1)
	known := {part[0]: value |
		part := parts[_]
		value := object.get(values, part[1], part[2])
		value != ""
	}
}

# The `FROM` of the last stage, of the stage that it is from, and so on.
docker_chain := graph.reachable(docker_parents, {max({at | docker_froms[at]})})

docker_parents[at] := parents if {
	docker_froms[at]
	name := lower(docker_base(at))
	before := {other | docker_stages[other] == name; other < at}
	parents := {max(before) | count(before) > 0}
}

# The place of the `USER` that counts: the last one of the nearest stage of the chain that has one.
docker_user_at := max(docker_users[max({at | some at in docker_chain; docker_users[at]})])

docker_users[from] contains at if {
	docker_froms[from]
	line := docker_lines[at]
	line.Cmd == "user"
	from == max({before | docker_froms[before]; before < at})
}
