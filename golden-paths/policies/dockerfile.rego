# METADATA
# title: What an image may be built from, and how
# description: The input is a Dockerfile as conftest reads it, a list of instructions.
# custom: {parsers: [dockerfile]}
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
	image := docker_images[at][_]
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
	parts := split(docker_without_hub(plain), "/")
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
	regex.match(`[.:A-Z]|^localhost$`, parts[0])
}

# An argument without a value: nobody knows.
docker_has_registry(parts) if {
	contains(parts[0], "$")
}

# `docker.io/python` is `python`, and the host has an older name.
docker_without_hub(name) := regex.replace(name, `^(index\.)?docker\.io/`, "")

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
	image := docker_images[at][_]
	not regex.match(`^[^$]*@sha256:[0-9a-f]{64}$`, image)
	pointer := sprintf("/%d", [at])
	msg := sprintf("`%s` may be another image tomorrow", [image])
}

# METADATA
# title: Images are not changed by what is built from them
# description: What stands behind `ONBUILD` runs in another build, and a policy is not shown its flags.
# custom:
#   id: FS011
#   severity: high
#   remediation: Do it in the Dockerfile that is built from this one.
#   approver: platform-team
#   links: [https://docs.docker.com/reference/dockerfile/#onbuild]
deny_image_later contains {"msg": msg, "pointer": pointer} if {
	line := docker_lines[at]
	line.Cmd == "onbuild"
	name := upper(line.SubCmd)
	name in {"ADD", "COPY", "RUN"}
	pointer := sprintf("/%d", [at])
	msg := sprintf("nobody can say what `ONBUILD %s` takes, and from where", [name])
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
	user := docker_text(docker_lines[at].Value[0], at)
	docker_is_root(lower(trim_space(split(user, ":")[0])))
	pointer := sprintf("/%d", [at])
	msg := sprintf("the image runs as `%s`", [user])
}

# Without a name it is root.
docker_is_root(name) if regex.match(`^(root|[+-]?0+|containeradministrator|)$`, name)

# A variable that is not set here: nobody knows, so it may be.
docker_is_root(name) if {
	contains(name, "$")
	not docker_is_set_by_base(name)
}

docker_is_set_by_base("${app_uid}") if startswith(docker_base(min(docker_chain)), "mcr.microsoft.com/dotnet/")

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
	source := docker_text(sources[_], at)
	docker_is_remote(source)
	pointer := sprintf("/%d", [at])
	msg := sprintf("`%s` is added without a checksum", [source])
}

docker_is_remote(source) if regex.match(`(?i)^(https?://|ftp://|git://|ssh://|github\.com/|[a-z0-9._-]+@[^/]+:)`, source)

# A variable that is not set here, where an address may begin.
docker_is_remote(source) if regex.match(`(?i)^(h[tps]*|g[it]*|s[sh]*|f[tp]*)?:?/*\$`, source)

docker_has_checksum(line) if {
	flag := line.Flags[_]
	is_string(flag)
	regex.match(`^--checksum=.`, flag)
}

# A name that says that its value is secret; `…_FILE`, `…_URL` and `PUBLIC_…` do not.
docker_is_secret(name) if {
	regex.match(`(?i)((^|_)(pass|pword|pwd|credentials?)|password|passwd|passphrase|secret|token|(api|private|secret|access)_?key|secret_key_base)$`, name)
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

# `base-${TARGETARCH}` beside `FROM … AS base-amd64`: the builder gives these their values, none with a host.
docker_is_stage(text, at) if {
	regex.match(`^[A-Za-z0-9_-]+\$\{(TARGET|BUILD)(ARCH|OS|VARIANT)\}$`, text)
	prefix := split(text, "$")[0]
	name := docker_stages[before]
	before < at
	startswith(name, lower(prefix))
}

docker_base(at) := docker_unquote(docker_expand_all(text, docker_globals)) if {
	text := docker_froms[at].Value[0]
}

# A text as Docker reads it, without quotes.
docker_unquote(text) := regex.replace(text, `["'\\]`, "")

# Every image that is taken from elsewhere, by the place of its instruction.
docker_images[at] contains image if {
	docker_froms[at]
	image := docker_base(at)
	lower(image) != "scratch"
	not docker_is_stage(image, at)
}

docker_images[at] contains image if {
	line := docker_lines[at]
	some image in docker_sources(line)
	not regex.match(`^[0-9]+$`, image)
	not docker_is_stage(image, at)
}

# What `COPY --from=…` and `RUN --mount=from=…` name.
docker_sources(line) := images if {
	line.Cmd == "copy"
	images := {image |
		flag := line.Flags[_]
		is_string(flag)
		startswith(flag, "--from=")
		image := trim_prefix(flag, "--from=")
	}
}

docker_sources(line) := images if {
	line.Cmd == "run"
	images := {image |
		flag := line.Flags[_]
		is_string(flag)
		startswith(flag, "--mount=")
		field := split(trim_prefix(flag, "--mount="), ",")[_]
		plain := trim_space(replace(field, "\"", ""))
		startswith(lower(plain), "from=")
		image := substring(plain, 5, -1)
	}
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
docker_global_arguments := {it |
	some it in docker_arguments
	it.line < min({at | docker_froms[at]})
}

docker_globals := docker_known(docker_global_arguments)

# The value of each name. Each is read where it is set. If it, or what it takes its value from, is set
# otherwise or later too, nobody knows.
docker_known(all) := {name: value |
	some it in all
	docker_says_something(it)
	name := it.name
	value := docker_known_value(it, all)
}

docker_known_value(it, all) := it.value if not docker_is_unsure(it, all)

docker_known_value(it, all) := "${?}" if docker_is_unsure(it, all)

docker_is_unsure(it, all) if {
	some other in all
	other.name == it.name
	other.value != it.value
	docker_says_something(other)
}

docker_is_unsure(it, all) if {
	contains(it.value, "$")
	some other in all
	other.order >= it.order
	other.name in {part[1] | part := regex.find_all_string_submatch_n(`\$\{?([A-Za-z0-9_]+)`, it.value, -1)[_]}
}

# `ENV NAME=$NAME` only hands on what is known.
docker_says_something(it) if {
	value := it.value
	value != ""
	name := it.name
	not value in {sprintf("$%s", [name]), sprintf("${%s}", [name])}
}

# What an instruction says, with the variables of its stage and of those it is from, as they are there.
docker_text(text, _) := docker_unquote(text) if not contains(text, "$")

docker_text(text, at) := docker_unquote(docker_expand_all(text, known)) if {
	contains(text, "$")
	chain := graph.reachable(docker_parents, {docker_from_of(at)})
	here := {it |
		some it in docker_arguments | docker_settings
		it.line < at
		docker_from_of(it.line) in chain
	}
	names := {it.name | some it in here}
	taken := {it | some it in docker_global_arguments; it.name in names}
	known := docker_known(here | taken)
}

docker_from_of(at) := max({before | docker_froms[before]; before < at})

# A text with the variables that are known, also in their values; the others stay as `${NAME}`. What is
# deeper than this stays too, and is then as good as unknown.
docker_expand_all(text, values) := docker_expand(twice, values) if {
	once := docker_expand(docker_expand(text, values), values)
	twice := docker_expand(docker_expand(once, values), values)
}

docker_expand(text, values) := text if not contains(text, "$")

docker_expand(text, values) := strings.replace_n(known, braced) if {
	contains(text, "$")
	braced := regex.replace(text, `\$([A-Za-z_][A-Za-z0-9_]*)`, "$${${1}}")
	parts := regex.find_all_string_submatch_n(docker_variable, braced, -1)
	known := {part[0]: value |
		part := parts[_]
		value := docker_value(object.get(values, part[1], ""), part[2], part[3])
		value != ""
	}
}

# `${NAME}`, `${NAME:-default}` and `${NAME:+instead}`, with one more variable in these.
docker_variable := `\$\{([A-Za-z_][A-Za-z0-9_]*)(?::?([-+?])((?:[^{}]|\$\{[^{}]*\})*))?\}`

docker_value(value, sign, _) := value if {
	value != ""
	sign != "+"
}

docker_value("", "-", word) := word

docker_value(value, "+", word) := word if value != ""

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
