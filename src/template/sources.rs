//! What the templates of a layer are made of, whatever is answered: partials and data, read once.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use minijinja::{Environment, Error, Value as Jinja};

use super::{
    TemplateFile, convert,
    engine::engine,
    expression::{Expressions, excess},
    layer::each_text,
    tokens::{self, Excess},
};
use crate::{
    data::Value,
    manifest::Syntax,
    text::{Document, Span},
    tree::{Mode as FileMode, Tree},
    version::Version,
};

/// Who a layer is, for people.
#[derive(Debug, Clone, Copy)]
pub struct LayerName<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its version.
    pub version: &'a Version,
}

/// What the templates of a layer are made of, whatever is answered.
#[derive(Debug)]
pub struct Sources {
    title: String,
    curly: Environment<'static>,
    brackets: Environment<'static>,
    expressions: Expressions,
    partials: Arc<BTreeMap<String, Arc<[u8]>>>,
    data: Jinja,
    /// What the data and the partials say.
    written: Arc<BTreeSet<String>>,
    /// The templates that are known to keep the limits.
    sound: Mutex<HashSet<(Arc<[u8]>, Syntax)>>,
}

impl Sources {
    /// Those of a layer with the folder `files`, and `data` as its templates see it.
    pub fn new(name: LayerName<'_>, files: &Tree, data: &Value) -> Self {
        let partials: Arc<BTreeMap<_, _>> = Arc::new(partials(files));
        let mut written = BTreeSet::new();
        each_text(data, &mut |text| {
            written.insert(text.to_owned());
        });
        for text in partials.values().filter_map(|bytes| std::str::from_utf8(bytes).ok()) {
            written.extend(tokens::constants(text, Syntax::Curly));
            written.extend(tokens::constants(text, Syntax::Brackets));
        }
        Self {
            title: format!("{}@{}", name.name, name.version),
            curly: with_partials(Syntax::Curly, &partials),
            brackets: with_partials(Syntax::Brackets, &partials),
            expressions: Expressions::new(),
            partials,
            data: convert::to_engine(data),
            written: Arc::new(written),
            sound: Mutex::default(),
        }
    }

    /// The name of the layer and its version, as messages show it.
    pub(super) fn title(&self) -> &str {
        &self.title
    }

    /// The engine of a syntax; it keeps each partial that it compiled.
    pub(super) const fn engine(&self, syntax: Syntax) -> &Environment<'static> {
        match syntax {
            Syntax::Curly => &self.curly,
            Syntax::Brackets => &self.brackets,
        }
    }

    /// What evaluates the manifest's conditions.
    pub(super) const fn expressions(&self) -> &Expressions {
        &self.expressions
    }

    /// `data` in templates.
    pub(super) fn data(&self) -> Jinja {
        self.data.clone()
    }

    /// What the data and the partials say.
    pub(super) fn written(&self) -> Arc<BTreeSet<String>> {
        self.written.clone()
    }

    /// Where a template outgrows every limit.
    pub(super) fn excess(&self, file: &TemplateFile<'_>, text: &str) -> Option<(Span, Excess)> {
        let sound = || self.sound.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (file.bytes.clone(), file.syntax);
        if sound().contains(&key) {
            return None;
        }
        let excess = tokens::excess(text, file.syntax);
        if excess.is_none() {
            sound().insert(key);
        }
        excess
    }

    /// The names of the partials.
    pub(super) fn partials(&self) -> Vec<String> {
        self.partials.keys().cloned().collect()
    }

    /// A partial as a named text.
    pub(super) fn partial(&self, name: &str) -> Option<Document> {
        let text = String::from_utf8_lossy(self.partials.get(name)?);
        Some(Document::new(format!("{}: partials/{name}", self.title), text))
    }
}

/// The files that templates may include, by their path below `partials/`. A link is none of them.
pub(crate) fn partials(files: &Tree) -> BTreeMap<String, Arc<[u8]>> {
    files
        .iter()
        .filter(|(_, entry)| entry.mode != FileMode::Link && entry.text().is_some())
        .filter_map(|(path, entry)| {
            let name = path.as_str().strip_prefix("partials/")?;
            Some((name.to_owned(), entry.bytes.clone()))
        })
        .collect()
}

fn with_partials(
    syntax: Syntax,
    partials: &Arc<BTreeMap<String, Arc<[u8]>>>,
) -> Environment<'static> {
    let mut engine = engine(syntax);
    let partials = partials.clone();
    engine.set_loader(move |name| {
        let text = partials.get(name).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        if let Some((_, what)) = text.as_deref().and_then(|text| tokens::excess(text, syntax)) {
            let message = format!("the partial `{name}`: {}", excess(what).message);
            return Err(Error::new(minijinja::ErrorKind::InvalidOperation, message));
        }
        Ok(text)
    });
    engine
}
