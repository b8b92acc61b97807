//! Files that speak of a parameter and are not rendered, for want of `.j2`.

use super::subject::Subject;
use crate::{
    diag::{Diagnostic, FixEdit},
    manifest::Syntax,
    template::{NameKind, NameUse, names},
    tree::Mode,
};

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (path, entry) in subject.files() {
        if path.as_str().ends_with(".j2") || entry.mode == Mode::Link {
            continue;
        }
        let syntax = subject.syntax(path);
        let open = match syntax {
            Syntax::Curly => "{{",
            Syntax::Brackets => "[[",
        };
        let Some(document) = subject.request.document(path.as_str()) else { continue };
        if !document.text().contains(open) {
            continue;
        }
        let uses = names(document.text(), syntax).unwrap_or_default().uses;
        let is_meant = |it: &&NameUse| {
            let before = document.text().get(..it.span.start).unwrap_or_default().trim_end();
            it.kind == NameKind::Variable
                && subject.parameters().any(|own| own == it.name)
                && before.ends_with(open)
                && !before.ends_with(&format!("${open}"))
        };
        if let Some(it) = uses.iter().find(is_meant) {
            let label = subject.request.label(path.as_str());
            let message = format!("`{}` is not filled in: this file is copied as it is", it.name);
            let mistake = Diagnostic::warning("unrendered-template", message)
                .at(document.place(it.span))
                .help(format!("call the file `{}.j2`", path.file_name()));
            let to = format!("{label}.j2");
            let is_free = !subject.request.is_taken(&format!("{path}.j2"));
            found.push(mistake.fix(is_free.then_some(FixEdit::Rename { to, from: label })));
        }
    }
    found
}
