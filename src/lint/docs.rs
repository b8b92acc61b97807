//! What people need beside the templates: documentation, cases, someone who answers.

use super::{Request, sample, subject::Subject};
use crate::{
    data::{Value, parse_yaml, to_yaml},
    diag::{Diagnostic, FixEdit},
    edit::{self, Content, Edit},
    manifest::Parameter,
    text::Document,
};

use super::subject::{difference, steps};

/// What can be told of a version whose manifest may be wrong.
pub(super) fn without_manifest(request: &Request<'_>) -> Vec<Diagnostic> {
    let manifest = request.start(crate::manifest::FILE);
    let readme = request.files.file("README.md");
    let is_empty = readme.is_some_and(|it| it.text().is_some_and(|text| text.trim().is_empty()));
    let text = format!("# {}\n\nWhat it makes, and for whom.\n", request.name);
    let mistake = |what: &str| {
        let message = format!("there is no documentation: README.md is {what}");
        Diagnostic::warning("missing-docs", message)
            .help("write a README.md: `flagstone catalog show` prints it")
    };
    match readme {
        None => {
            let edit = FixEdit::Create { path: request.label("README.md"), text };
            let is_free = !request.is_taken("README.md");
            vec![mistake("missing").at(manifest).fix(is_free.then_some(edit))]
        }
        Some(_) if is_empty => {
            let place = request.start("README.md").map(|it| {
                let end = it.document.text().len();
                it.document.place((0..end).into())
            });
            vec![mistake("empty").at(place).instead(Some(text))]
        }
        Some(_) => Vec::new(),
    }
}

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let metadata = &subject.manifest.metadata;
    if metadata.owner.trim().is_empty() {
        let mistake = Diagnostic::error("missing-owner", "nobody answers for it")
            .at(subject.value_place(["metadata", "owner"]))
            .help("name the team in `metadata.owner`");
        found.push(mistake.instead(Some(subject.request.catalog.owner())));
    }
    let is_case = |path: &str| path.starts_with("cases/") && path.ends_with(".yaml");
    if !subject.request.files.paths().any(|path| is_case(path.as_str())) {
        let mistake = Diagnostic::warning("missing-cases", "there is no case to test it with")
            .at(subject.request.start(crate::manifest::FILE))
            .help("add `cases/defaults.yaml` with the answers of one service");
        found.push(mistake.fix(first_case(subject)));
    }
    found
}

/// A case with an answer to whatever must be answered.
fn first_case(subject: &Subject<'_>) -> Option<FixEdit> {
    let must = |it: &&Parameter| it.is_required && it.default.is_none() && it.computed.is_none();
    let parameters = subject.manifest.parameters.iter().filter(must);
    let answer = |it: &Parameter| Some((it.name.clone(), sample::samples(it).into_iter().next()?));
    let answers: Option<Vec<_>> = parameters.map(answer).collect();
    let text = to_yaml(&Value::map([("parameters", Value::map(answers?))]));
    Some(FixEdit::Create { path: subject.request.label("cases/defaults.yaml"), text })
}

/// The edit for a key of `metadata` that is missing, where the surroundings say what it must be.
pub(super) fn missing_key(
    mistake: Diagnostic,
    request: &Request<'_>,
    document: &Document,
    is_meant: &dyn Fn(&str) -> bool,
) -> Diagnostic {
    let known = [
        ("name", request.name.to_owned()),
        ("version", request.version.to_string()),
        ("title", request.name.to_owned()),
        ("owner", request.catalog.owner().to_owned()),
    ];
    let meant = known.into_iter().find(|(key, value)| {
        mistake.message == format!("`metadata` needs the key `{key}`")
            && !value.is_empty()
            && !is_meant(key)
    });
    let Some((key, value)) = meant else { return mistake };
    if parse_yaml(document).is_err() {
        return mistake;
    }
    let help = format!("add `{key}: {value}`");
    let content = Content::Value(value.into());
    let edit = Edit::Set { path: steps(["metadata", key]), content };
    let new = edit::yaml(document.text(), &[edit]).ok();
    mistake.maybe_help(Some(help)).fix(new.map(|new| difference(document, &new)))
}
