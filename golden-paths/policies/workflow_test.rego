package flagstone.files.workflow_test

import data.flagstone.files.workflow

digest := "sha256:e14e87345b4d5964ddcc3491d27ee046a0f23820f340c3c1e24da6880141f7c0"

commit := "3d3c42e5aac5ba805825da76410c181273ba90b1"

checkout := {"uses": concat("@", ["actions/checkout", commit]), "with": {"persist-credentials": false}}

pipeline(on, steps) := {"true": on, "permissions": {}, "jobs": {"build": {"steps": steps}}}

test_pinned_local_and_by_digest if {
	image := concat("@", ["docker://alpine", digest])
	steps := [checkout, {"uses": "./.github/actions/setup"}, {"uses": image}]
	count(workflow.deny_action_unpinned) == 0 with input as pipeline("push", steps)
}

test_actions_that_float if {
	steps := [{"uses": "actions/checkout@v4"}, {"uses": "docker://alpine:3.22"}]
	count(workflow.deny_action_unpinned) == 2 with input as pipeline("push", steps)
}

test_images_of_jobs_and_actions if {
	job := {"container": "alpine", "services": {"db": {"image": "postgres:18"}}, "steps": []}
	count(workflow.deny_job_image_unpinned) == 2 with input as {"true": "push", "jobs": {"a": job}}
	pinned := {"container": {"image": concat("@", ["alpine", digest])}}
	count(workflow.deny_job_image_unpinned) == 0 with input as {"true": "push", "jobs": {"a": pinned}}
	count(workflow.deny_action_unpinned) == 1 with input as {"runs": {"using": "docker", "image": "docker://alpine"}}
	count(workflow.deny_action_unpinned) == 0 with input as {"runs": {"using": "docker", "image": "Dockerfile"}}
}

test_a_call_with_our_rights if {
	file := {"true": "pull_request_target", "jobs": {"a": {"uses": "./.github/workflows/b.yml"}}}
	count(workflow.deny_dangerous_call) == 1 with input as file
}

test_permissions if {
	count(workflow.deny_permissions) == 0 with input as pipeline("push", [])
	count(workflow.deny_write_all) == 0 with input as pipeline("push", [])
}

test_no_permissions if count(workflow.deny_permissions) == 1 with input as {"true": "push", "jobs": {"a": {"steps": []}}}

test_every_permission if {
	file := {"true": "push", "jobs": {"a": {"permissions": "write-all", "steps": []}}}
	count(workflow.deny_write_all) == 1 with input as file
}

test_a_checkout_with_our_rights if {
	count(workflow.deny_dangerous_trigger) == 1 with input as pipeline({"pull_request_target": null}, [checkout])
	count(workflow.deny_dangerous_trigger) == 1 with input as pipeline(["pull_request_target"], [{"run": "gh pr checkout 1"}])
}

test_a_checkout_without_them if {
	count(workflow.deny_dangerous_trigger) == 0 with input as pipeline("pull_request", [checkout])
	count(workflow.deny_dangerous_trigger) == 0 with input as pipeline("workflow_run", [checkout])
}

test_what_strangers_wrote if {
	steps := [
		{"run": "echo '${{ github.event.issue['title'] }}'"},
		{"uses": "actions/github-script@v8", "with": {"script": "f('${{ github.head_ref }}')"}},
	]
	count(workflow.deny_template_injection) == 2 with input as pipeline("push", steps)
}

test_what_nobody_can_choose if {
	steps := [{"run": "echo ${{ github.event.number }} ${{ contains(github.event.issue.title, 'x') }}"}]
	count(workflow.deny_template_injection) == 0 with input as pipeline("push", steps)
}

test_literals_and_computed_names if {
	steps := [
		{"run": "${{ format('contains({0}', github.event.issue.title) }}"},
		{"run": "${{ github[format('{0}', 'event')].issue.title }}"},
		{"run": "${{ toJSON(github) }} ${{ format('github.head_ref') }}"},
	]
	count(workflow.deny_template_injection) == 3 with input as pipeline("push", steps)
}

test_variables_with_what_strangers_wrote if {
	title := {"A": "${{ github.event.issue.title }}"}
	steps := [{"env": {"B": "${{ env.A }}"}, "run": "${{ env.B }} $A"}, {"run": "${{ env.C }}"}]
	file := object.union(pipeline("push", steps), {"env": title})
	count(workflow.deny_template_injection) == 1 with input as file
}

test_credentials_that_stay if {
	count(workflow.deny_persisted_credentials) == 1 with input as pipeline("push", [{"uses": "actions/checkout@v4"}])
}

test_credentials_that_do_not_stay if count(workflow.deny_persisted_credentials) == 0 with input as pipeline("push", [checkout])
