# METADATA
# title: What a workflow of GitHub may do
# description: The input is a workflow, or an action of steps. As conftest reads YAML 1.1, `on` is `"true"`.
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
	not "permissions" in object.keys(input)
	not "permissions" in object.keys(job)
	pointer := sprintf("/jobs/%s", [name])
	msg := sprintf("job `%s` does not say what it may do", [name])
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
	input.permissions == "write-all"
}

workflow_write_all contains pointer if {
	workflow_jobs[name].permissions == "write-all"
	pointer := sprintf("/jobs/%s/permissions", [name])
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

workflow_checks_out(trigger, step) if {
	trigger in {"pull_request_target", "workflow_run"}
	is_string(step.run)
	regex.match(`gh\s+pr\s+checkout|git\s+(fetch|pull)\b[^\n]*\bpull/`, step.run)
}

workflow_is_checkout(step) if {
	is_string(step.uses)
	regex.match(`(?i)^actions/checkout(@|$)`, step.uses)
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
	expression := regex.find_n(`(?s)\$\{\{.*?\}\}`, command.text, -1)[_]
	workflow_is_untrusted(expression)
	pointer := command.pointer
	msg := sprintf("`%s` becomes a part of the command", [expression])
}

workflow_is_untrusted(expression) if {
	small := lower(expression)

	# Most expressions are about something else, and patterns cost more.
	contains(small, "github")
	dotted := regex.replace(small, `\[\s*'?([a-z0-9_*-]*)'?\s*\]`, ".${1}")

	# A question has yes or no for an answer.
	plain := regex.replace(dotted, `\b(contains|startswith|endswith)\([^()]*\)`, "")
	regex.match(workflow_untrusted, plain)
}

workflow_untrusted := concat("", [
	`\bgithub\.(head_ref\b`,
	`|event\s*[,)}|&]`,
	`|event\.([a-z0-9_.*]+\.)?(title|body|message|label|page_name|display_title|head_branch|email)\b`,
	`|event\.([a-z0-9_.*]+\.)?(author|committer)\.(name|email)\b`,
	`|event\.([a-z0-9_.*]+\.)?head\.(ref|label)\b`,
	`|event\.([a-z0-9_.*]+\.)?head\.repo\.(default_branch|description|homepage|full_name)\b`,
	`|event\.ref\b`,
	`)`,
])

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
	not keeps in {false, "false"}
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
	input.runs.using == "composite"
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
