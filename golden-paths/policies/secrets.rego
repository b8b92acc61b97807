# METADATA
# title: What must not be in a repository
package flagstone.plan

# METADATA
# title: No file holds a secret
# description: What is in git once stays in every clone of it. Files are searched by the program; this rule says what it found.
# custom:
#   id: FS025
#   severity: critical
#   remediation: "Take it out, make a new one, and refer to it: `x-secret-ref`, a vault, the forge's own secrets."
#   approver: security
#   links: [https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html]
deny_secret contains {"msg": msg, "path": path, "_loc": {"file": path, "line": line}} if {
	secret := input.secrets[_]
	path := secret.path
	line := secret.line
	msg := sprintf("this looks like %s", [secret.kind])
}
