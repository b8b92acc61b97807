//! The output path of a template: its own, its expressions rendered.

use std::sync::Arc;

use super::{item::Item, layer::Prepared};
use crate::{
    diag::Diagnostic,
    lock,
    manifest::Syntax,
    spec,
    template::{Pass, Target, TemplateFile},
    tree::RepoPath,
};

/// Files that are the tool's own.
const OURS: [&str; 2] = [spec::FILE, lock::FILE];

/// What a name means to tools (`.github`, `.gitlab-ci.yml`, `-rf`) where it is not the template's own
/// text that says so.
fn foreign(part: &str, (at, name): (usize, &str)) -> Option<&'static str> {
    let begin = name.chars().next().filter(|it| matches!(it, '.' | '-'))?;
    // Behind a slash that an answer brought, nothing is the template's own.
    let is_own = at == 0 && (part.contains(name) || part.starts_with(begin));
    let what = if begin == '.' { "a hidden file or folder" } else { "a name like an option" };
    (!is_own).then_some(what)
}

/// Where a template's output goes; `None` where a part of its path renders to nothing.
pub(super) fn output(
    layer: &Prepared<'_>,
    source: &RepoPath,
    (name, item): (&str, Option<&Item<'_>>),
) -> Result<Option<RepoPath>, Diagnostic> {
    let name = &match item {
        Some(item) => item.path(&layer.layer, name),
        None => name.to_owned(),
    };
    let path = match name.contains("{{") || name.contains("{%") {
        false => name.to_owned(),
        true => {
            let mut parts = Vec::new();
            for part in name.split('/') {
                let Some(part) = rendered(layer, (source, item), part)? else { return Ok(None) };
                parts.push(part);
            }
            parts.join("/")
        }
    };
    let parsed = RepoPath::parse(&path).map_err(|error| {
        let title = layer.templates.title();
        let message = format!("the path that `{title}: {source}` renders to cannot be written");
        Diagnostic::error("template-path", message)
            .note(error.to_string())
            .help("change the answer that the path is made of")
    })?;
    if OURS.contains(&parsed.folded().as_str()) {
        let message = format!("`{parsed}` is written by the tool, not by `{source}`");
        return Err(Diagnostic::error("template-path", message));
    }
    Ok(Some(parsed))
}

fn rendered(
    layer: &Prepared<'_>,
    (source, item): (&RepoPath, Option<&Item<'_>>),
    part: &str,
) -> Result<Option<String>, Diagnostic> {
    if !part.contains("{{") && !part.contains("{%") {
        return Ok(Some(part.to_owned()));
    }
    let bytes: Arc<[u8]> = part.as_bytes().into();
    let file = TemplateFile { path: source.as_str(), bytes: &bytes, syntax: Syntax::Curly };
    let template = layer.templates.compile(file)?;
    let template = match item {
        Some(item) => item.in_template(template),
        None => template,
    };
    let (text, _) = template.render(Target::Prose, Pass::Plain)?;
    let found = text.split('/').enumerate().find_map(|it| Some((it, foreign(part, it)?)));
    if let Some(((at, name), what)) = found {
        let help = match at {
            0 => "give an answer that does not begin with a dot or a dash",
            _ => {
                "give an answer without a slash, or in which no folder begins with a dot or a dash"
            }
        };
        let mistake = |message| Diagnostic::error("template-path", message).help(help);
        return Err(match item {
            // The path as it is compiled is not what anybody wrote.
            Some(item) => {
                mistake(format!("{} makes {what}, `{name}`, of `{source}`", item.label()))
            }
            None => {
                let names: Vec<_> = template.references().into_iter().collect();
                let names = names.join("`, `");
                mistake(format!("`{names}` makes {what}, `{name}`, of `{part}`"))
                    .at(template.document().place((0..part.len()).into()))
            }
        });
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}
