//! `${{ … }}` in a template that reads `{{` itself: everybody's first mistake with a workflow.

use super::subject::{Subject, output, steps};
use crate::{
    data::Value,
    diag::{Diagnostic, FixEdit},
    edit::{Content, Edit, Spot},
    manifest::Syntax,
    tree::RepoPath,
};

/// The mistake with the rule that is to be added, where it stands in a `${{ … }}`.
pub(super) fn hinted(subject: &Subject<'_>, mistake: Diagnostic) -> Diagnostic {
    if !matches!(mistake.code, "undefined-name" | "template-syntax" | "unknown-function") {
        return mistake;
    }
    let file = file(subject, &mistake);
    let Some((path, text)) = file.filter(|_| stands_in_workflow_expression(&mistake)) else {
        return mistake;
    };
    let output = output(path).unwrap_or_default();
    let help = format!(
        "`${{{{` is a workflow's own: add the rule `- {{match: \"{output}\", syntax: brackets}}` to \
         `files`, and write `[[ … ]]` for what this template prints"
    );
    // What else stands in `{{ … }}` would have to be written anew.
    let is_simple = !output.contains(['{', '['])
        && text.matches("{{").count() == text.matches("${{").count()
        && !["{%", "{#", "[[", "[%", "[#"].iter().any(|it| text.contains(it));
    let edit = is_simple.then(|| rule(subject, path, output)).flatten();
    Diagnostic { help: Some(help), fix: None, ..mistake }.fix(edit)
}

fn file<'a>(subject: &Subject<'a>, mistake: &Diagnostic) -> Option<(&'a RepoPath, &'a str)> {
    let label = subject.request.label("");
    let path = mistake.place.as_ref()?.document.name().strip_prefix(&label)?;
    let (path, entry) = subject.files().find(|(it, _)| it.as_str() == path)?;
    (subject.syntax(path) == Syntax::Curly).then_some((path, entry.text()?))
}

fn stands_in_workflow_expression(mistake: &Diagnostic) -> bool {
    let Some(place) = &mistake.place else { return false };
    let text = place.document.text();
    let line = text.get(place.span.start..).and_then(|it| it.lines().next()).unwrap_or_default();
    let before = text.get(..place.span.start).unwrap_or_default();
    match before.rfind("{{") {
        Some(at) if !before.get(at..).is_some_and(|it| it.contains("}}")) => {
            before.get(..at).is_some_and(|it| it.ends_with('$'))
        }
        // A mistake of syntax may stand at its whole line.
        _ => mistake.code == "template-syntax" && line.contains("${{"),
    }
}

/// The rule that decides about the file gets the key; where there is none, a new one comes first.
fn rule(subject: &Subject<'_>, path: &RepoPath, output: &str) -> Option<FixEdit> {
    let parsed = RepoPath::parse(output).ok()?;
    let mut others = subject.files().filter(|(it, _)| *it != path && it.as_str().ends_with(".j2"));
    let decides = subject.manifest.files.iter().position(|rule| rule.glob.matches(&parsed));
    let edit = match decides {
        // The rule may be another template's too.
        Some(at) => {
            let glob = &subject.manifest.files.get(at)?.glob;
            let is_shared = others.any(|(it, _)| {
                let output = self::output(it).and_then(|it| RepoPath::parse(it).ok());
                output.is_none_or(|it| glob.matches(&it))
            });
            if is_shared {
                return None;
            }
            Edit::Insert {
                into: steps(["files", &at.to_string()]),
                key: Some("syntax".to_owned()),
                spot: Spot::End,
                content: Content::Value("brackets".into()),
            }
        }
        None => {
            let rule = Value::map([("match", output.into()), ("syntax", "brackets".into())]);
            match subject.data.value.get("files") {
                Some(_) => Edit::Insert {
                    into: steps(["files"]),
                    key: None,
                    spot: Spot::Start,
                    content: Content::Value(rule),
                },
                None => Edit::Set {
                    path: steps(["files"]),
                    content: Content::Value(Value::List(vec![rule])),
                },
            }
        }
    };
    subject.manifest_edit(&[edit])
}
