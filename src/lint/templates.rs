//! Every template and partial parses, and speaks of what there is.

use std::collections::BTreeSet;

use super::{
    shapes::Shapes,
    subject::{Subject, TemplateText},
};
use crate::{
    diag::{Diagnostic, FixEdit},
    manifest::{ITEM_NAMES, Syntax},
    name::nearest,
    plan::{Bracket, brackets},
    template::{Builtins, NameKind, NameUse, Names, NamesError, names},
    text::{Document, Span},
};

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let (templates, partials) = (subject.templates(), subject.partials());
    let mut looking = Looking {
        subject,
        builtins: Builtins::new(),
        known: subject.parameters().map(str::to_owned).chain(["data".to_owned()]).collect(),
        shapes: Shapes::new(subject),
        found: Vec::new(),
    };
    // What a template sets is there in what it includes.
    let mut everywhere = looking.known.clone();
    everywhere.extend(ITEM_NAMES.map(str::to_owned));
    let all: Vec<_> = templates.iter().map(|it| looking.parse(it)).collect();
    everywhere.extend(all.iter().flatten().flat_map(|(_, names)| names.defined.clone()));
    let included: Vec<_> = partials.iter().map(|it| looking.parse(it)).collect();
    everywhere.extend(included.iter().flatten().flat_map(|(_, names)| names.defined.clone()));
    for ((document, names), template) in
        all.iter().zip(&templates).filter_map(|(parsed, it)| Some((parsed.as_ref()?, it)))
    {
        let mut known = looking.known.clone();
        let shapes = looking.shapes.in_path(template.path.as_str());
        if shapes.has_item() {
            known.extend(ITEM_NAMES.map(str::to_owned));
        }
        looking.uses(document, names, &known, &shapes);
    }
    let shapes = looking.shapes;
    for (document, names) in included.iter().flatten() {
        looking.uses(document, names, &everywhere, &shapes);
    }
    let paths: Vec<_> = subject.files().map(|(path, _)| path).collect();
    for path in paths {
        looking.path(path.as_str(), &subject.path_templates(path), &everywhere);
        looking.brackets(path.as_str());
    }
    looking.found
}

struct Looking<'s, 'a> {
    subject: &'s Subject<'a>,
    builtins: Builtins,
    known: BTreeSet<String>,
    shapes: Shapes<'s>,
    found: Vec<Diagnostic>,
}

impl Looking<'_, '_> {
    fn parse(&mut self, text: &TemplateText<'_>) -> Option<(Document, Names)> {
        let label = self.subject.request.label(text.path.as_str());
        let Ok(source) = std::str::from_utf8(&text.entry.bytes) else {
            let message = format!("the template `{}` is not UTF-8", text.path);
            let mistake = Diagnostic::error("template", message)
                .at(Document::new(label, "").place(Span::default()));
            self.found.push(mistake.help("remove the `.j2` of a binary file"));
            return None;
        };
        let document = Document::new(label, source);
        let names = self.told(&document, self.subject.names(text).as_ref().clone())?;
        Some((document, names))
    }

    fn told(&mut self, document: &Document, names: Result<Names, NamesError>) -> Option<Names> {
        match names {
            Ok(names) => Some(names),
            Err(error) => {
                let line = error.line.map(|line| document.line_span(line));
                let message = format!("this is no valid template: {}", error.message);
                let place = document.place(error.span.or(line).unwrap_or_default());
                self.found.push(Diagnostic::error("template-syntax", message).at(place));
                None
            }
        }
    }

    fn path(&mut self, path: &str, parts: &[&str], known: &BTreeSet<String>) {
        for part in parts {
            let document = Document::new(self.subject.request.label(path), *part);
            if let Some(names) = self.told(&document, names(part, Syntax::Curly)) {
                let from = self.found.len();
                let shapes = self.shapes.in_path(path);
                self.uses(&document, &names, known, &shapes);
                let label = |text: &str| self.subject.request.label(text);
                for mistake in self.found.iter_mut().skip(from) {
                    rename(mistake, path, part, &label);
                }
            }
        }
    }

    /// The lists that a path names are there, and their items have the keys.
    fn brackets(&mut self, path: &str) {
        let document = Document::new(self.subject.request.label(path), path);
        for bracket in brackets(path) {
            let (mistake, span, near) = match self.shapes.wrong_bracket(&bracket) {
                Some(wrong) => wrong,
                // Brackets without a dot are routes of web frameworks as well.
                None if bracket.key.is_some()
                    && !self.shapes.lists().any(|it| it == bracket.list) =>
                {
                    let span = Span { start: bracket.span.start + 1, ..bracket.span };
                    let span = Span { end: span.start + bracket.list.len(), ..span };
                    let (mistake, near) = self.no_list(&bracket);
                    (mistake, span, near)
                }
                None => continue,
            };
            let from = self.found.len();
            self.found.push(mistake.at(document.place(span)).instead(near));
            let label = |text: &str| self.subject.request.label(text);
            for mistake in self.found.iter_mut().skip(from) {
                rename(mistake, path, path, &label);
            }
        }
    }

    fn no_list(&self, bracket: &Bracket<'_>) -> (Diagnostic, Option<String>) {
        let list = bracket.list;
        let is_parameter = self.subject.parameters().any(|it| it == list);
        let what = if is_parameter { "the parameter" } else { "there is no list parameter" };
        let is = if is_parameter { " is no list" } else { "" };
        let message = format!("{what} `{list}`{is}: the brackets stay in the name");
        let near = nearest(list, self.shapes.lists()).map(str::to_owned);
        let help = near.as_ref().map_or_else(
            || format!("declare `{list}` with `type: array` for one file an item"),
            |near| format!("did you mean `{near}`?"),
        );
        (Diagnostic::warning("unknown-list", message).help(help), near)
    }

    fn uses(
        &mut self,
        document: &Document,
        names: &Names,
        known: &BTreeSet<String>,
        shapes: &Shapes<'_>,
    ) {
        let wrong = shapes.wrong(names).into_iter();
        self.found.extend(
            wrong.map(|(mistake, span, near)| mistake.at(document.place(span)).instead(near)),
        );
        for name in &names.uses {
            let mistake = match name.kind {
                NameKind::Asked => None,
                NameKind::Partial => self.partial(name),
                NameKind::Variable | NameKind::Function
                    if known.contains(&name.name) || self.builtins.has(name.kind, &name.name) =>
                {
                    None
                }
                kind @ (NameKind::Filter | NameKind::Test)
                    if self.builtins.has(kind, &name.name) =>
                {
                    None
                }
                NameKind::Variable | NameKind::Function | NameKind::Filter | NameKind::Test => {
                    Some(self.unknown(name, known))
                }
            };
            self.found.extend(
                mistake.map(|(mistake, instead)| {
                    mistake.at(document.place(name.span)).instead(instead)
                }),
            );
        }
    }

    fn unknown(&self, it: &NameUse, known: &BTreeSet<String>) -> (Diagnostic, Option<String>) {
        if ITEM_NAMES.contains(&it.name.as_str()) {
            let message = format!("`{}` is not defined", it.name);
            let help = "it is there in a template whose path names a list parameter: `[LIST]` or `[LIST.KEY]`";
            return (Diagnostic::error("undefined-name", message).help(help), None);
        }
        unknown(it, known.iter().map(String::as_str), &self.builtins)
    }

    fn partial(&self, it: &NameUse) -> Option<(Diagnostic, Option<String>)> {
        let partials = || {
            let partials = self.subject.all_partials();
            partials.filter_map(|(path, _)| path.as_str().strip_prefix("partials/"))
        };
        if partials().any(|partial| partial == it.name) {
            return None;
        }
        let near = nearest(&it.name, partials());
        let mistake =
            Diagnostic::error("unknown-partial", format!("there is no partial `{}`", it.name))
                .note("templates include and import files of their own layer's `partials/` alone")
                .maybe_help(near.map(|near| format!("did you mean `{near}`?")));
        Some((mistake, near.map(str::to_owned)))
    }
}

/// The mistake of a name that nobody knows, and the nearest one that somebody does.
pub(super) fn unknown<'n>(
    it: &NameUse,
    known: impl Iterator<Item = &'n str>,
    builtins: &Builtins,
) -> (Diagnostic, Option<String>) {
    let (code, message) = match it.kind {
        NameKind::Filter => ("unknown-filter", format!("there is no filter `{}`", it.name)),
        NameKind::Test => ("unknown-function", format!("there is no test `{}`", it.name)),
        NameKind::Function => ("unknown-function", format!("there is no function `{}`", it.name)),
        NameKind::Variable | NameKind::Asked | NameKind::Partial => {
            ("undefined-name", format!("`{}` is not defined", it.name))
        }
    };
    let own = known.filter(|_| matches!(it.kind, NameKind::Variable | NameKind::Function));
    let all: Vec<_> = own.map(str::to_owned).chain(builtins.all(it.kind)).collect();
    let near = nearest(&it.name, all.iter().map(String::as_str)).map(str::to_owned);
    let help = near.as_ref().map(|near| format!("did you mean `{near}`?"));
    let mistake = Diagnostic::error(code, message);
    match (it.kind, it.name.as_str()) {
        (NameKind::Filter, "safe") => {
            (mistake.help("remove it: filters such as `to_yaml` say how a text is written"), None)
        }
        (NameKind::Function | NameKind::Variable, "now" | "today" | "random") => {
            (mistake.help("the same answers make the same files on every day: ask for it"), None)
        }
        _ => (mistake.maybe_help(help), near),
    }
}

/// A file's name has no text to edit: what mends it is another name.
fn rename(mistake: &mut Diagnostic, path: &str, part: &str, label: &dyn Fn(&str) -> String) {
    let Some(fix) = &mut mistake.fix else { return };
    for edit in &mut fix.edits {
        if let FixEdit::Replace { place, text } = edit {
            let mut new = part.to_owned();
            new.replace_range(place.span.start..place.span.end, text);
            *edit = FixEdit::Rename { from: label(path), to: label(&path.replacen(part, &new, 1)) };
        }
    }
}
