//! What stands in a manifest beside its head, in a word.

/// What stands in a manifest beside its head.
pub(crate) const PLAIN: &str =
    "parameters:\n  required: [name]\n  properties:\n    name: {type: string}\n";

/// The rest of a manifest that asks for a name and for this.
pub(crate) fn asking(parameters: &[&str]) -> String {
    let lines: String = parameters.iter().map(|it| format!("    {it}\n")).collect();
    PLAIN.to_owned() + &lines
}

/// The rest of a manifest that asks for a name and has these rules for files.
pub(crate) fn ruled(rules: &[&str]) -> String {
    let rules: String = rules.iter().map(|rule| format!("  - {{{rule}}}\n")).collect();
    format!("{PLAIN}files:\n{rules}")
}

/// The rest of a manifest that asks for a name and migrates to 2.0.0 by these steps.
pub(crate) fn migrating(steps: &[&str]) -> String {
    format!("{PLAIN}{}", migrations("2.0.0", steps))
}

/// The migrations of a manifest: these steps to one version.
pub(crate) fn migrations(to: &str, steps: &[&str]) -> String {
    let steps: String = steps.iter().map(|step| format!("      - {{{step}}}\n")).collect();
    format!("migrations:\n  - to: {to}\n    steps:\n{steps}")
}
