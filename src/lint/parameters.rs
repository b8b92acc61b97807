//! Parameters that nothing uses: neither templates, paths, conditions, other parameters nor layers.

use std::collections::BTreeSet;

use super::{
    expressions::stated,
    subject::{Subject, difference, steps},
};
use crate::{
    data::{Value, parse_yaml},
    diag::{Diagnostic, FixEdit},
    edit::{self, Edit},
    manifest::Syntax,
    plan::brackets,
    spec::METADATA_ANSWERS,
    template::{Names, names},
};

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let used = used(subject);
    let is_unused = |name: &str| {
        // A service's metadata says these in any case.
        !METADATA_ANSWERS.contains(&name) && !used.iter().any(|(by, it)| it == name && by != name)
    };
    let unused = subject.parameters().filter(|name| is_unused(name));
    unused
        .map(|name| {
            let pointer = ["parameters", "properties", name].into_iter().collect();
            let message = format!("nothing uses the parameter `{name}`");
            Diagnostic::warning("unused-parameter", message)
                .at(subject.data.key_place(&pointer))
                .help("remove it, or use it in a template")
                .fixes(removal(subject, name).unwrap_or_default())
        })
        .collect()
}

/// The edits that take a parameter away with its answers; none where something else names it: that
/// would look like a name misspelt.
fn removal(subject: &Subject<'_>, name: &str) -> Option<Vec<FixEdit>> {
    let migrations = subject.data.value.get("migrations");
    if migrations.is_some_and(|it| speaks(it, name)) {
        return None;
    }
    let mut edits = vec![declaration(subject, name)?];
    for case in super::sample::cases(subject) {
        let data = parse_yaml(&case).ok()?;
        let answers = |value: &Value| value.get("parameters")?.get(name).map(|_| ());
        if data.value.get("upgrade").is_some_and(|it| speaks(it, name)) {
            return None;
        }
        if answers(&data.value).is_some() {
            // Where the case upgrades, its answers are an older version's as well.
            if data.value.get("upgrade").is_some() {
                return None;
            }
            let path = steps(["parameters", name]);
            let new = edit::yaml(case.text(), &[Edit::Remove { path }]).ok()?;
            edits.push(difference(&case, &new));
        }
    }
    Some(edits)
}

/// Whether a key or a text somewhere in a value is a name.
fn speaks(value: &Value, name: &str) -> bool {
    value.as_text() == Some(name)
        || value.items().iter().any(|it| speaks(it, name))
        || value.entries().any(|(key, it)| key == name || speaks(it, name))
}

fn declaration(subject: &Subject<'_>, name: &str) -> Option<FixEdit> {
    let parameters = subject.data.value.get("parameters")?;
    let required = parameters.get("required").map(Value::items).unwrap_or_default();
    let at = required.iter().position(|it| it.as_text() == Some(name));
    let mut edits = vec![Edit::Remove { path: steps(["parameters", "properties", name]) }];
    if let Some(at) = at {
        edits.push(Edit::Remove { path: steps(["parameters", "required", &at.to_string()]) });
    }
    subject.manifest_edit(&edits)
}

/// Every name that is used, and by which parameter; by an empty name where it is by something else.
fn used(subject: &Subject<'_>) -> BTreeSet<(String, String)> {
    let mut used = BTreeSet::new();
    for stated in stated(subject) {
        let steps: Vec<_> = stated.pointer.steps().collect();
        let by = match steps.as_slice() {
            ["parameters", "properties", name, ..] => *name,
            ["migrations", ..] => continue,
            _ => "",
        };
        let names = stated.names().unwrap_or_default().uses;
        used.extend(names.into_iter().map(|it| (by.to_owned(), it.name)));
    }
    let mut by_templates =
        |names: &Names| used.extend(names.uses.iter().map(|it| (String::new(), it.name.clone())));
    for text in subject.templates().iter().chain(&subject.partials()) {
        subject.names(text).as_ref().iter().for_each(&mut by_templates);
    }
    for (path, _) in subject.files() {
        let parts = subject.path_templates(path).into_iter();
        parts.flat_map(|part| names(part, Syntax::Curly)).for_each(|it| by_templates(&it));
    }
    for (path, _) in subject.files() {
        let lists = brackets(path.as_str()).into_iter();
        used.extend(lists.map(|it| (String::new(), it.list.to_owned())));
    }
    used
}
