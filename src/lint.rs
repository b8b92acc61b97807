//! A version of a golden path or layer -> what is wrong with it, found without a service.
//!
//! First what can be told by reading: the manifest, the syntax of templates, the names that they
//! speak of, the layers. Only where nothing of that is wrong the templates are rendered, with the
//! answers of the cases, with every choice, and with hostile texts.
//!
//! **Invariant:** pure, and the same version gives the same findings in the same order. Files are
//! called `<prefix><name>/<version>/<path>` in every place and every fix.

mod advice;
mod attributes;
mod cases;
mod covering;
mod cure;
mod docs;
mod expressions;
mod files;
mod hostile;
mod layers;
mod mend;
mod migrations;
mod parameters;
mod printed;
mod readable;
mod release;
mod render;
mod rules;
mod sample;
mod shapes;
mod speaking;
mod subject;
mod templates;
mod unrendered;
mod workflow;

pub use mend::{Files, Made, Mended, mend};

use std::sync::Arc;

use self::{sample::Samples, speaking::Speaking, subject::Subject};
use crate::{
    catalog,
    data::Value,
    diag::{Diagnostic, has_errors},
    manifest::Manifest,
    name::meant,
    template::Proofs,
    text::{Document, Span},
    tree::{Digest, Tree},
    version::Version,
};

/// What is to be looked at.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The name, as the folder says it.
    pub name: &'a str,
    /// The version, as the folder says it.
    pub version: &'a Version,
    /// Every file of the version's folder.
    pub files: &'a Tree,
    /// What people write before `name/version/path`.
    pub prefix: &'a str,
    /// What is around it.
    pub catalog: &'a dyn Catalog,
    /// The version of this program.
    pub flagstone: &'a Version,
    /// What was proved so far, of any version.
    pub proofs: &'a Arc<Proofs>,
}

/// What a version's surroundings are asked for.
pub trait Catalog: Sync {
    /// The names of all golden paths and layers.
    fn names(&self) -> Vec<&str>;

    /// The versions of one of them, oldest first.
    fn versions(&self, name: &str) -> &[Version];

    /// One version; `None` if it can't be read.
    fn release(&self, name: &str, version: &Version) -> Option<Arc<catalog::Release>>;

    /// The digest that a version was released with, if it was.
    fn released(&self, name: &str, version: &Version) -> Option<Digest>;

    /// What all golden paths share.
    fn data(&self) -> &Value;

    /// The team that answers for the catalog.
    fn owner(&self) -> &str;
}

/// What a look at a version brought.
#[derive(Debug)]
pub struct Looked {
    /// Everything that is wrong with it, in the order of files and places.
    pub found: Vec<Diagnostic>,
    /// What was not looked at, where that would take too long.
    pub untried: Option<String>,
}

/// Looks at a version.
pub fn lint(request: &Request<'_>) -> Looked {
    // What can't be seen would look unused.
    let links = files::links(request);
    if !links.is_empty() {
        return Looked { found: sorted(links), untried: None };
    }
    let (mut found, untried) = match subject(request) {
        Ok(subject) => (look(&subject), sample::untried(&subject.manifest.parameters)),
        Err(mistakes) => (mistakes, None),
    };
    found.extend(docs::without_manifest(request));
    let found = sorted(found.into_iter().map(spelled).collect());
    let untried =
        untried.map(|it| format!("{}{}/{}: {it}", request.prefix, request.name, request.version));
    let found = readable::kept(request, found);
    Looked { found: release::kept(request, found), untried }
}

fn subject<'a>(request: &'a Request<'a>) -> Result<Subject<'a>, Vec<Diagnostic>> {
    let label = request.label(crate::manifest::FILE);
    let text = request.files.file(crate::manifest::FILE).and_then(|entry| entry.text());
    let Some(text) = text else {
        let message = format!("`{label}` is not UTF-8 text");
        return Err(vec![Diagnostic::error("manifest", message)]);
    };
    let document = Document::new(label, text);
    match Manifest::parse(&document, request.flagstone) {
        Ok(manifest) => Subject::new(request, manifest),
        Err(mistakes) => {
            let is_meant = |key: &str| {
                mistakes.iter().any(|it| it.help.as_deref().and_then(meant) == Some(key))
            };
            let key = |it| docs::missing_key(it, request, &document, &is_meant);
            Err(mistakes.iter().cloned().map(key).collect())
        }
    }
}

fn look(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = subject.misplaced();
    found.extend(cases::misread(subject));
    let hinted = |it| workflow::hinted(subject, it);
    found.extend(templates::check(subject).into_iter().map(hinted));
    found.extend(expressions::check(subject));
    found.extend(layers::check(subject));
    found.extend(migrations::check(subject));
    found.extend(unrendered::check(subject));
    found.extend(release::check(subject));
    found.extend(docs::check(subject));
    if has_errors(&found) {
        return found;
    }
    // Whoever misspells a name leaves the right one unused.
    found.extend(parameters::check(subject));
    found.extend(files::partials(subject));
    let samples = match Samples::new(subject) {
        Ok(samples) => samples,
        Err(mistakes) => {
            found.extend(mistakes);
            return found;
        }
    };
    found.extend(cases::check(subject, &samples));
    if !samples.mistakes.is_empty() {
        return found;
    }
    let speaking = Speaking::new(subject);
    let rendered = render::render(subject, &speaking, &samples);
    // Texts of one kind are told at once, whichever answers show them.
    if rendered.mistakes.iter().all(|(it, _)| it.code == "unsafe-text") {
        found.extend(hostile::check(subject, &speaking, &samples));
    }
    if rendered.mistakes.is_empty() {
        found.extend(rules::check(subject, &rendered));
        if samples.is_whole {
            found.extend(files::templates(subject, &rendered));
        }
        found.extend(cases::unmet(subject, &rendered));
        found.extend(attributes::check(subject, &rendered));
    }
    let near: Vec<_> = samples.all().take(12).collect();
    found.extend(cure::cured(subject, &near, rendered.mistakes));
    found
}

/// A mistyped word at the mistake's place wants the one that its help proposes.
fn spelled(mistake: Diagnostic) -> Diagnostic {
    if mistake.fix.is_some() {
        return mistake;
    }
    let is_word = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
    let place = mistake.place.as_ref();
    let is_there = place.is_some_and(|it| is_word(it.document.slice(it.span)));
    let help = mistake.help.as_deref();
    let instead = help.and_then(|it| meant(it).or_else(|| listed(it))).filter(|_| is_there);
    let instead = instead.map(str::to_owned);
    mistake.instead(instead)
}

/// The list that a help wants in place of its one item.
fn listed(help: &str) -> Option<&str> {
    let list = help.strip_prefix("write `")?.strip_suffix('`')?;
    (list.starts_with('[') && list.ends_with(']')).then_some(list)
}

/// Each once, however many answers led to it.
fn sorted(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let place = |it: &Diagnostic| {
        let place = it.place.as_ref();
        place.map(|it| (it.document.name().to_owned(), it.span))
    };
    found.sort_by_cached_key(|it| (place(it), it.code, it.message.clone()));
    let same = |one: &mut Diagnostic, other: &mut Diagnostic| {
        one.code == other.code
            && place(one) == place(other)
            && (one.place.is_some() || one.message == other.message)
    };
    found.dedup_by(same);
    found
}

impl Request<'_> {
    /// What people call a file of the version.
    pub(crate) fn label(&self, path: &str) -> String {
        format!("{}{}/{}/{path}", self.prefix, self.name, self.version)
    }

    /// A file of the version as a named text.
    pub(crate) fn document(&self, path: &str) -> Option<Document> {
        let text = self.files.file(path)?.text()?;
        Some(Document::new(self.label(path), text))
    }

    /// Whether a file or folder of the version has this path.
    pub(crate) fn is_taken(&self, path: &str) -> bool {
        self.files.paths().any(|it| it.as_str() == path || it.is_below(path))
    }

    /// The beginning of a file.
    pub(crate) fn start(&self, path: &str) -> Option<crate::text::Place> {
        self.document(path).map(|it| it.place(Span::default()))
    }
}
