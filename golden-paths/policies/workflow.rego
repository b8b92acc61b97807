# METADATA
# title: What a workflow of GitHub may do
# description: The input is a workflow, or an action of steps. As conftest reads YAML 1.1, `on` is `"true"`.
# custom: {parsers: [yaml], files: [.github/workflows/*, .gitea/workflows/*, .forgejo/workflows/*, action.yml, action.yaml]}
package flagstone.files.workflow

# METADATA
# title: Actions are pinned to a commit
# description: Whoever owns an action can move its tags, and then runs in your pipeline with your secrets.
# custom:
#   id: FS014
#   severity: high
#   remediation: "Name the commit, and the version for people: `uses: actions/checkout@<40 digits> # v7.0.1`."
#   approver: security
#   links: [https://docs.zizmor.sh/audits/#unpinned-uses]
deny_action_unpinned contains {"msg": msg, "pointer": pointer} if {
	some use in workflow_uses
	uses := use.uses
	workflow_floats(uses)
	pointer := use.pointer
	msg := sprintf("`%s` may be another action tomorrow", [uses])
}

workflow_floats(uses) if {
	not regex.match(`^(\./|docker://)`, uses)
	not regex.match(`@[0-9a-f]{40}$`, uses)
}

workflow_floats(uses) if {
	startswith(uses, "docker://")
	not regex.match(`@sha256:[0-9a-f]{64}$`, uses)
}

# METADATA
# title: Images of jobs are pinned
# description: What a tag names changes, and runs in your pipeline with your secrets.
# custom:
#   id: FS014
#   severity: high
#   remediation: "Name the image by its digest: `postgres:18@sha256:…`."
#   approver: security
#   links: [https://docs.zizmor.sh/audits/#unpinned-images]
deny_job_image_unpinned contains {"msg": msg, "pointer": pointer} if {
	some it in workflow_images
	image := it.image
	image != ""
	not regex.match(`^[^$]*@sha256:[0-9a-f]{64}$`, image)
	pointer := it.pointer
	msg := sprintf("`%s` may be another image tomorrow", [image])
}

workflow_images contains {"image": image, "pointer": pointer} if {
	image := workflow_jobs[name].container
	is_string(image)
	pointer := sprintf("/jobs/%s/container", [name])
}

workflow_images contains {"image": image, "pointer": pointer} if {
	image := workflow_jobs[name].container.image
	is_string(image)
	pointer := sprintf("/jobs/%s/container/image", [name])
}

workflow_images contains {"image": image, "pointer": pointer} if {
	image := workflow_jobs[name].services[service].image
	is_string(image)
	pointer := sprintf("/jobs/%s/services/%s/image", [name, service])
}

# METADATA
# title: Workflows say what they may do
# description: Without `permissions` a token may do what the repository's settings say, often everything.
# custom:
#   id: FS015
#   severity: high
#   remediation: "Begin with `permissions: {}` or `contents: read`, and give each job what it needs."
#   approver: security
#   links: [https://docs.zizmor.sh/audits/#excessive-permissions]
deny_permissions contains {"msg": msg, "pointer": pointer} if {
	job := workflow_jobs[name]
	not workflow_says_permissions(input)
	not workflow_says_permissions(job)
	pointer := sprintf("/jobs/%s", [name])
	msg := sprintf("job `%s` does not say what it may do", [name])
}

# Nothing behind the name says nothing.
workflow_says_permissions(holder) if {
	value := holder.permissions
	value != null
}

# METADATA
# title: No workflow may do everything
# description: One bad step of such a job owns the repository.
# custom:
#   id: FS015
#   severity: high
#   remediation: Name what the job needs.
#   approver: security
#   links: [https://docs.zizmor.sh/audits/#excessive-permissions]
deny_write_all contains {"msg": msg, "pointer": pointer} if {
	some pointer in workflow_write_all
	msg := "`write-all` permits everything"
}

workflow_write_all contains "/permissions" if {
	workflow_jobs[_]
	workflow_is_write_all(input.permissions)
}

workflow_write_all contains pointer if {
	workflow_is_write_all(workflow_jobs[name].permissions)
	pointer := sprintf("/jobs/%s/permissions", [name])
}

workflow_is_write_all(permissions) if {
	is_string(permissions)
	lower(trim_space(permissions)) == "write-all"
}

# METADATA
# title: What strangers wrote is not checked out with our rights
# description: Such a workflow has the repository's secrets and a token that may write; what it checks out can run.
# custom:
#   id: FS016
#   severity: critical
#   remediation: "Use `on: pull_request`, and do what needs rights in another workflow that runs nothing of the change."
#   approver: security
#   links: [https://docs.zizmor.sh/audits/#dangerous-triggers, https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/]
deny_dangerous_trigger contains {"msg": msg, "pointer": pointer} if {
	some trigger in workflow_triggers
	some it in workflow_steps
	workflow_checks_out(trigger, it.step)
	pointer := it.pointer
	msg := sprintf("`%s` gives its rights to what this step checks out", [trigger])
}

# For a pull request, everything; after another workflow, what that one was for.
workflow_checks_out("pull_request_target", step) if workflow_is_checkout(step)

workflow_checks_out("workflow_run", step) if {
	workflow_is_checkout(step)
	some key in ["ref", "repository"]
	value := step.with[key]
	is_string(value)
	contains(lower(value), "workflow_run")
}

# After a comment, a pull request.
workflow_checks_out("issue_comment", step) if {
	workflow_is_checkout(step)
	some key in ["ref", "repository"]
	value := step.with[key]
	is_string(value)
	regex.match(workflow_change, value)
}

workflow_checks_out(trigger, step) if {
	trigger in workflow_risky
	is_string(step.run)
	regex.match(`\bgh\s+pr\s+checkout\b`, step.run)
}

workflow_checks_out(trigger, step) if {
	trigger in workflow_risky
	is_string(step.run)
	regex.match(`\bgit\s([^\n]*\s)?(fetch|pull|clone|checkout)\b`, step.run)
	text := array.concat([step.run], [value | value := step.env[_]; is_string(value)])[_]
	regex.match(workflow_change, text)
}

workflow_risky := {"pull_request_target", "workflow_run", "issue_comment"}

# How a change of strangers is named.
workflow_change := `(?i)\bpull/|\bhead\.(sha|ref|repo)|head_(sha|ref|branch|repository)|merge_commit_sha`

workflow_is_checkout(step) if {
	is_string(step.uses)
	regex.match(`(?i)^actions/checkout(@|$)`, step.uses)
}

# METADATA
# title: A workflow with our rights says itself what it does
# description: What is called may check out what strangers wrote, and a policy sees one file at a time.
# custom:
#   id: FS016
#   severity: high
#   remediation: "Write the steps here, or use `on: pull_request`."
#   approver: security
#   links: [https://docs.zizmor.sh/audits/#dangerous-triggers]
deny_dangerous_call contains {"msg": msg, "pointer": pointer} if {
	"pull_request_target" in workflow_triggers
	uses := workflow_jobs[name].uses
	is_string(uses)
	pointer := sprintf("/jobs/%s/uses", [name])
	msg := sprintf("`pull_request_target` gives its rights to `%s`, which can't be seen here", [uses])
}

# METADATA
# title: What strangers wrote is not part of a command
# description: An expression is put into the command before the shell reads it; the title of a pull request is then code.
# custom:
#   id: FS017
#   severity: critical
#   remediation: "Give it to the step as a variable: `env: {TITLE: '${{ … }}'}`, and write `\"$TITLE\"`."
#   approver: security
#   links: [https://docs.zizmor.sh/audits/#template-injection]
deny_template_injection contains {"msg": msg, "pointer": pointer} if {
	some command in workflow_commands
	contains(command.text, "${{")
	expression := workflow_expressions(command.text)[_]
	plain := workflow_plain(expression)
	workflow_is_tainted(plain)
	pointer := command.pointer
	msg := sprintf("`%s` becomes a part of the command", [expression])
}

workflow_is_tainted(plain) if workflow_is_untrusted(plain)

workflow_is_tainted(plain) if {
	some name in workflow_variables(plain)
	name in workflow_tainted
}

workflow_is_tainted(plain) if {
	count(workflow_tainted) > 0
	some whole in ["", ".*"]
	whole in workflow_variables(plain)
}

# An expression ends at the first `}}` that is in no literal.
workflow_expressions(text) := regex.find_n(`\$\{\{(?:'[^']*'|[^'}]|\}'[^']*'|\}[^'}])*\}\}`, text, -1)

# An expression as names alone: `github ['event'].x` is `github.event.x`. Other literals are empty, an index
# that is computed keeps its bracket, and a question is left out, for it has yes or no for an answer.
workflow_plain(expression) := plain if {
	small := lower(expression)
	parts := regex.find_n(`'(?:[^']|'')*'|[^\s']+`, substring(small, 3, count(small) - 5), -1)
	joined := concat("", [workflow_name_or_literal(part) | part := parts[_]])
	dotted := regex.replace(joined, `\[(?:'([a-z_][a-z0-9_-]*)'|([0-9]+|\*))\]`, ".${1}${2}")
	empty := regex.replace(dotted, `'[^']*'`, "''")
	plain := regex.replace(empty, workflow_question, "")
}

# Only a literal that may be a name is kept: what else stands in it could be taken for a part of the expression.
workflow_name_or_literal(part) := part if not workflow_is_other_literal(part)

workflow_name_or_literal(part) := "''" if workflow_is_other_literal(part)

workflow_is_other_literal(part) if {
	startswith(part, "'")
	not regex.match(`^'[a-z_][a-z0-9_-]*'$`, part)
}

workflow_question := `\b(contains|startswith|endswith)\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)`

workflow_is_untrusted(plain) if {
	contains(plain, "github")
	regex.match(workflow_untrusted, plain)
}

# All that is below a part of the event; only a few parts are known to have nothing of strangers.
workflow_is_untrusted(plain) if {
	regex.match(`\b(tojson|join)\(`, plain)
	part := regex.find_n(`(?:^|[^a-z0-9_.-])github\.event\.[a-z0-9_.*-]+`, plain, -1)[_]
	not regex.match(`\.event\.(inputs|client_payload)\b|\.(action|number|id|node_id|sha|login|labels\.\*\.name)$`, part)
}

workflow_untrusted := concat("", [
	`(^|[^a-z0-9_.-])github(`,
	# The whole, and a part that nobody knows before it runs.
	`$|[^a-z0-9_.-]|\.\*|\.event($|[^a-z0-9_.-])|\.event\.[a-z0-9_.*-]+\[|\.event\.([a-z0-9_.*-]+\.)?\*($|[^.])`,
	`|\.head_ref\b`,
	`|\.event\.([a-z0-9_.*-]+\.)?(title|body|message|label|page_name|display_title|head_branch|email)\b`,
	`|\.event\.changes\.([a-z0-9_.*-]+\.)?from\b`,
	`|\.event\.([a-z0-9_.*-]+\.)?(author|committer)\.(name|email)\b`,
	`|\.event\.([a-z0-9_.*-]+\.)?head\.(ref|label)\b`,
	`|\.event\.([a-z0-9_.*-]+\.)?head\.repo\.(default_branch|description|homepage|full_name)\b`,
	`|\.event\.ref\b`,
	`)`,
])

# The variables that an expression reads, each with its dot: without a name it is all of them.
workflow_variables(plain) := {part[1] |
	contains(plain, "env")
	part := regex.find_all_string_submatch_n(`(?:^|[^a-z0-9_.-])env(\.[a-z0-9_*-]+)?`, plain, -1)[_]
}

# Variables that have what strangers wrote, also by way of others: of the workflow, of a job, of a step.
workflow_tainted := graph.reachable(workflow_readers, {it.name |
	some it in workflow_env
	workflow_is_untrusted(it.plain)
})

workflow_readers[name] := readers if {
	name := workflow_env[_].name
	readers := {it.name | some it in workflow_env; name in workflow_variables(it.plain)}
}

workflow_env contains {"name": name, "plain": plain} if {
	some env in workflow_envs
	is_object(env)
	value := env[key]
	is_string(value)
	contains(value, "${{")
	name := sprintf(".%s", [lower(key)])
	plain := workflow_plain(workflow_expressions(value)[_])
}

workflow_envs contains env if {
	count(workflow_on) > 0
	env := input.env
}

workflow_envs contains env if env := workflow_jobs[_].env

workflow_envs contains env if {
	some it in workflow_steps
	env := it.step.env
}

# METADATA
# title: A checkout keeps no credentials
# description: Else every later step, and whatever is uploaded with the folder, has the job's token.
# custom:
#   id: FS018
#   severity: medium
#   remediation: "Say `with: {persist-credentials: false}`; a step that pushes takes the token by itself."
#   approver: security
#   links: [https://docs.zizmor.sh/audits/#artipacked]
deny_persisted_credentials contains {"msg": msg, "pointer": pointer} if {
	some it in workflow_steps
	workflow_is_checkout(it.step)
	keeps := object.get(it.step, ["with", "persist-credentials"], true)
	lower(sprintf("%v", [keeps])) != "false"
	pointer := it.pointer
	msg := "the token stays in `.git/config`"
}

# What follows is what rules ask of a workflow.

workflow_on contains trigger if {
	is_object(input)
	some key in ["true", "on"]
	trigger := input[key]
}

workflow_triggers contains trigger if {
	some trigger in workflow_on
	is_string(trigger)
}

workflow_triggers contains trigger if {
	some on in workflow_on
	is_array(on)
	some trigger in on
}

workflow_triggers contains trigger if {
	some on in workflow_on
	is_object(on)
	some trigger, _ in on
}

workflow_jobs[name] := job if {
	count(workflow_on) > 0
	job := input.jobs[name]
	is_object(job)
}

workflow_steps contains {"step": step, "pointer": pointer} if {
	step := workflow_jobs[name].steps[at]
	is_object(step)
	pointer := sprintf("/jobs/%s/steps/%d", [name, at])
}

workflow_steps contains {"step": step, "pointer": pointer} if {
	is_object(input)
	is_string(input.runs.using)
	lower(input.runs.using) == "composite"
	step := input.runs.steps[at]
	is_object(step)
	pointer := sprintf("/runs/steps/%d", [at])
}

workflow_uses contains {"uses": uses, "pointer": pointer} if {
	some it in workflow_steps
	is_string(it.step.uses)
	uses := trim_space(it.step.uses)
	pointer := sprintf("%s/uses", [it.pointer])
}

workflow_uses contains {"uses": uses, "pointer": pointer} if {
	job := workflow_jobs[name]
	is_string(job.uses)
	uses := trim_space(job.uses)
	pointer := sprintf("/jobs/%s/uses", [name])
}

# The image of an action. A name without `docker://` is a Dockerfile.
workflow_uses contains {"uses": uses, "pointer": "/runs/image"} if {
	is_object(input)
	is_string(input.runs.image)
	image := trim_space(input.runs.image)
	startswith(lower(image), "docker://")
	uses := concat("", ["docker://", substring(image, 9, -1)])
}

# What a shell, or a script of JavaScript, is given.
workflow_commands contains {"text": text, "pointer": pointer} if {
	some it in workflow_steps
	text := it.step.run
	is_string(text)
	pointer := sprintf("%s/run", [it.pointer])
}

workflow_commands contains {"text": text, "pointer": pointer} if {
	some it in workflow_steps
	is_string(it.step.uses)
	startswith(lower(it.step.uses), "actions/github-script@")
	text := it.step.with.script
	is_string(text)
	pointer := sprintf("%s/with/script", [it.pointer])
}
