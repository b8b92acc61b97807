# METADATA
# title: What a service's pipeline must do
# custom:
#   parsed: [.github/workflows/*, .gitlab-ci.yml]
package flagstone.plan

# METADATA
# title: Every change is judged in the pipeline
# description: What a laptop decides is advice; the job in the pipeline is where it binds, and its file is the platform's.
# custom:
#   id: FS019
#   severity: high
#   remediation: "Restore the file of the CI layer: `flagstone restore`; a version without that job is left by `flagstone upgrade`."
#   approver: platform-team
#   links: [https://docs.github.com/actions/security-for-github-actions/security-guides/security-hardening-for-github-actions]
#   needs: [data.guards]
deny_unguarded contains {"msg": msg, "path": path} if {
	path := min(pipelines)
	count(guarded) == 0
	msg := "no job of the pipeline runs the guard"
}

# METADATA
# title: The job that judges is the platform's
# description: A team that can edit the job can take it away.
# custom:
#   id: FS019
#   severity: high
#   remediation: "Restore the file of the CI layer: `flagstone restore`."
#   approver: platform-team
#   links: [https://docs.github.com/actions/security-for-github-actions/security-guides/security-hardening-for-github-actions]
#   needs: [data.guards]
deny_guard_unmanaged contains {"msg": msg, "path": path} if {
	path := min(guarded)
	file := input.files[_]
	file.path == path
	managed := {other.path | other := input.files[_]; other.ownership == "managed"}
	count(guarded & managed) == 0
	msg := sprintf("the guard runs in a file that is %v, not managed", [file.ownership])
}

# The files that make a pipeline.
pipelines contains path if {
	file := input.files[_]
	path := file.path
	is_string(path)
	file.change != "deleted"
	regex.match(`^(\.github/workflows/[^/]+\.ya?ml|\.gitlab-ci\.yml)$`, path)
}

# Those that run one of the guards.
guarded contains path if {
	file := input.files[_]
	path := file.path
	path in pipelines
	line := pipeline_lines[path][_]
	guard := data.guards[_]
	contains(line, guard)
}

# The commands and reusable workflows of each.
pipeline_lines[path] contains line if {
	file := input.files[_]
	path := file.path
	line := file.parsed.jobs[_].steps[_].run
	is_string(line)
}

pipeline_lines[path] contains line if {
	file := input.files[_]
	path := file.path
	line := file.parsed.jobs[_].uses
	is_string(line)
}

pipeline_lines[path] contains line if {
	file := input.files[_]
	path := file.path
	line := file.parsed[_].script[_]
	is_string(line)
}

pipeline_lines[path] contains line if {
	file := input.files[_]
	path := file.path
	line := file.parsed[_].script
	is_string(line)
}
