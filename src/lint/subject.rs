//! The version that is looked at: its manifest with every place, its templates and partials.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use super::Request;
use crate::{
    data::{Data, Pointer, parse_yaml},
    diag::{Diagnostic, FixEdit},
    edit::{self, Edit, Step},
    manifest::{Manifest, Source, Syntax},
    plan::Sources,
    template::{Names, NamesError, names},
    text::{Document, Place, Span},
    tree::{Entry, Mode, RepoPath},
};

/// The version that is looked at.
pub(super) struct Subject<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) manifest: Manifest,
    /// The manifest's text as data.
    pub(super) data: Data,
    /// Its partials and its data, once they were needed.
    pub(super) sources: OnceLock<Result<Sources, Vec<Diagnostic>>>,
    /// What its templates and partials speak of, once that was needed.
    names: Mutex<HashMap<(RepoPath, Syntax), KeptNames>>,
}

/// What a text speaks of, if it parses.
type KeptNames = Arc<Result<Names, NamesError>>;

/// A text that the engine reads: a template or a partial.
#[derive(Clone)]
pub(super) struct TemplateText<'a> {
    pub(super) path: &'a RepoPath,
    pub(super) entry: &'a Entry,
    pub(super) syntax: Syntax,
}

impl<'a> Subject<'a> {
    pub(super) fn new(
        request: &'a Request<'a>,
        manifest: Manifest,
    ) -> Result<Self, Vec<Diagnostic>> {
        let data = parse_yaml(&manifest.document).map_err(|mistake| vec![mistake])?;
        Ok(Self { request, manifest, data, sources: OnceLock::new(), names: Mutex::default() })
    }

    /// The manifest says another name or version than the folder.
    pub(super) fn misplaced(&self) -> Vec<Diagnostic> {
        let stated = &self.manifest.metadata;
        let version = self.request.version.to_string();
        let wrong = |key: &str, stated: &str, folder: &str| {
            let place = self.data.value_place(&["metadata", key].into_iter().collect());
            let message = format!("the manifest says `{stated}`, its folder `{folder}`");
            let mistake = Diagnostic::error("misplaced", message).at(place);
            (stated != folder)
                .then(|| mistake.help(format!("write `{folder}`, or rename the folder")))
                .map(|it| it.instead(Some(folder)))
        };
        let name = wrong("name", &stated.name, self.request.name);
        name.into_iter().chain(wrong("version", &stated.version.to_string(), &version)).collect()
    }

    /// Every file below `template/`.
    pub(super) fn files(&self) -> impl Iterator<Item = (&'a RepoPath, &'a Entry)> + use<'a> {
        self.request.files.iter().filter(|(path, _)| path.is_below("template"))
    }

    /// The templates.
    pub(super) fn templates(&self) -> Vec<TemplateText<'a>> {
        let is_template = |(path, entry): &(&RepoPath, &Entry)| {
            path.as_str().ends_with(".j2") && entry.mode != Mode::Link
        };
        let text = |(path, entry)| TemplateText { path, entry, syntax: self.syntax(path) };
        self.files().filter(is_template).map(text).collect()
    }

    /// The syntax of a file below `template/`, by the rule that its own name matches.
    pub(super) fn syntax(&self, path: &RepoPath) -> Syntax {
        let output = output(path).and_then(|it| RepoPath::parse(it).ok());
        output.map_or_else(Syntax::default, |it| self.manifest.syntax_of(&it))
    }

    /// What a template or partial speaks of.
    pub(super) fn names(&self, text: &TemplateText<'_>) -> KeptNames {
        let all = || self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (text.path.clone(), text.syntax);
        if let Some(known) = all().get(&key) {
            return known.clone();
        }
        let read = Arc::new(names(text.entry.text().unwrap_or_default(), text.syntax));
        all().insert(key, read.clone());
        read
    }

    /// The partials that some template reaches, each in every syntax that it is read in.
    pub(super) fn partials(&self) -> Vec<TemplateText<'a>> {
        self.reached(self.templates())
    }

    /// The partials that some of these texts reach, each in every syntax that it is read in.
    pub(super) fn reached(&self, mut waiting: Vec<TemplateText<'a>>) -> Vec<TemplateText<'a>> {
        let mut reached: Vec<TemplateText<'a>> = Vec::new();
        while let Some(from) = waiting.pop() {
            let Some(text) = from.entry.text() else { continue };
            let includes = ["include", "import", "extends", "from"];
            if !includes.iter().any(|word| text.contains(word)) {
                continue;
            }
            // A name that is computed may be any.
            let is_any = self.names(&from).as_ref().as_ref().is_ok_and(|it| it.computes_partials);
            for (path, entry) in self.all_partials() {
                let is_new = !reached.iter().any(|it| it.path == path && it.syntax == from.syntax);
                if is_new && (is_any || text.contains(path.file_name())) {
                    let partial = TemplateText { path, entry, syntax: from.syntax };
                    reached.push(partial.clone());
                    waiting.push(partial);
                }
            }
        }
        reached
    }

    /// Every file below `partials/`.
    pub(super) fn all_partials(&self) -> impl Iterator<Item = (&'a RepoPath, &'a Entry)> + use<'a> {
        self.request.files.iter().filter(|(path, _)| path.is_below("partials"))
    }

    /// The parts of a file's path that are templates, each as a text named like the path.
    pub(super) fn path_templates(&self, path: &'a RepoPath) -> Vec<&'a str> {
        let below = output(path).unwrap_or_default();
        below.split('/').filter(|it| it.contains("{{") || it.contains("{%")).collect()
    }

    /// The names of the parameters.
    pub(super) fn parameters(&self) -> impl Iterator<Item = &str> {
        self.manifest.parameters.iter().map(|it| it.name.as_str())
    }

    /// Where a value of the manifest stands.
    pub(super) fn value_place<'s>(&self, steps: impl IntoIterator<Item = &'s str>) -> Place {
        self.data.value_place(&steps.into_iter().collect())
    }

    /// A value of the manifest as an expression or template with its place.
    pub(super) fn source(&self, pointer: &Pointer, text: &str) -> Source {
        Source { text: text.to_owned(), place: self.data.value_place(pointer) }
    }

    /// The edit of the manifest's text that makes these changes; none if it would break it.
    pub(super) fn manifest_edit(&self, edits: &[Edit]) -> Option<FixEdit> {
        let document = &self.manifest.document;
        let new = edit::yaml(document.text(), edits).ok()?;
        let edited = Document::new(document.name(), new.as_str());
        Manifest::parse(&edited, self.request.flagstone).ok()?;
        Some(difference(document, &new))
    }

    /// The edit that takes a part of the manifest away.
    pub(super) fn removal(&self, path: Vec<Step>) -> Option<FixEdit> {
        self.manifest_edit(&[Edit::Remove { path }])
    }
}

/// What a file below `template/` is called in a service, its expressions as they are.
pub(super) fn output(path: &RepoPath) -> Option<&str> {
    let below = path.as_str().strip_prefix("template/")?;
    Some(below.strip_suffix(".j2").unwrap_or(below))
}

/// Steps into the manifest: keys, and items by their number.
pub(super) fn steps<const N: usize>(steps: [&str; N]) -> Vec<Step> {
    let step = |step: &str| match step.parse() {
        Ok(index) => Step::Item(index),
        Err(_) => Step::Key(step.to_owned()),
    };
    steps.into_iter().map(step).collect()
}

/// The one edit that makes `new` of a document: what both have at the front and back stays.
pub(super) fn difference(document: &Document, new: &str) -> FixEdit {
    let old = document.text();
    let front = old.bytes().zip(new.bytes()).take_while(|(one, two)| one == two).count();
    let front = (0..=front).rev().find(|at| old.is_char_boundary(*at)).unwrap_or_default();
    let rest = old.len().min(new.len()) - front;
    let back = old.bytes().rev().zip(new.bytes().rev()).take(rest);
    let back = back.take_while(|(one, two)| one == two).count();
    let is_boundary = |back: &usize| old.is_char_boundary(old.len() - back);
    let back = (0..=back).rev().find(is_boundary).unwrap_or_default();
    let back = old.len() - back..new.len() - back;
    let slid = slid(old, new, front, &back);
    let place = document.place(Span { start: front - slid, end: back.start - slid });
    let text = new.get(front - slid..back.end - slid).unwrap_or_default().to_owned();
    FixEdit::Replace { place, text }
}

/// How far to the left what comes or goes may be taken to stand, so that it begins its line: of
/// `b`, `b` it makes no difference which of them goes.
fn slid(old: &str, new: &str, front: usize, back: &std::ops::Range<usize>) -> usize {
    let line = old.get(..front).and_then(|it| it.rfind('\n')).map_or(0, |at| at + 1);
    let distance = front - line;
    let (text, end) = match (back.start == front, back.end == front) {
        (true, false) => (new, back.end),
        (false, true) => (old, back.start),
        _ => return 0,
    };
    let before = old.get(line..front);
    let is_same = before.is_some() && text.get(end - distance.min(end)..end) == before;
    if is_same && distance <= end - front { distance } else { 0 }
}
