//! Rules over files that decide about none.

use super::{
    render::Rendered,
    subject::{Subject, steps},
};
use crate::diag::Diagnostic;

pub(super) fn check(subject: &Subject<'_>, rendered: &Rendered<'_>) -> Vec<Diagnostic> {
    let rules = &subject.manifest.files;
    let mut found = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        let matched: Vec<_> = rendered.outputs().filter(|path| rule.glob.matches(path)).collect();
        let before = rules.get(..index).unwrap_or_default();
        let first = |path: &&&crate::tree::RepoPath| {
            !before.iter().any(|earlier| earlier.glob.matches(path))
        };
        if matched.iter().any(|path| first(&path)) {
            continue;
        }
        let pattern = rule.glob.as_str();
        let shadow = before.iter().find(|it| matched.iter().any(|path| it.glob.matches(path)));
        // What a rule leaves out for want of answers that were tried is no finding.
        if shadow.is_none() && rule.when.is_some() {
            continue;
        }
        let mistake = match shadow {
            Some(shadow) => {
                let message = format!(
                    "`{}` comes first for every file that `{pattern}` matches",
                    shadow.glob.as_str()
                );
                Diagnostic::warning("shadowed-rule", message)
                    .help(format!("remove it, or put it above `{}`", shadow.glob.as_str()))
            }
            None => {
                let message = format!("`{pattern}` matches no file of this {}", noun(subject));
                Diagnostic::warning("unreachable-rule", message)
                    .help("remove it, or mend the pattern; rules apply to the files of their own path or layer")
            }
        };
        // What matches nothing may be a good rule, and another the wrong one: a person decides.
        let removal = shadow.and_then(|_| subject.removal(steps(["files", &index.to_string()])));
        found.push(mistake.at(rule.place.clone()).fix(removal));
    }
    found
}

fn noun(subject: &Subject<'_>) -> &'static str {
    match subject.manifest.kind {
        crate::manifest::Kind::GoldenPath => "golden path",
        crate::manifest::Kind::Layer => "layer",
    }
}
