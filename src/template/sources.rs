//! What the templates of a layer are made of, whatever is answered: partials and data, read once.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use minijinja::{Environment, Error, Template, Value as Jinja};

use super::{
    TemplateFile,
    authorship::each_text,
    convert,
    engine::engine,
    expression::{Expressions, excess},
    job::TemplateSource,
    lexed::{self, Excess},
    proofs::Proofs,
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
    /// The templates that stay compiled.
    kept: Texts,
    /// Those of them that are known to keep the limits.
    sound: Mutex<BTreeSet<(String, Syntax)>>,
    /// What was proved of them, and of others.
    proofs: Option<Arc<Proofs>>,
    /// Their texts, with what was looked up in them.
    texts: Mutex<BTreeMap<(String, Syntax), TemplateSource>>,
}

/// Texts by name.
type Texts = Arc<BTreeMap<String, Arc<[u8]>>>;

/// Begins the names of templates that stay compiled; none of them can be included.
const KEPT: char = '\u{1}';

impl Sources {
    /// Those of a layer with the folder `files`, and `data` as its templates see it.
    pub fn new(name: LayerName<'_>, files: &Tree, data: &Value) -> Self {
        Self::with(name, (files, data), Texts::default(), None)
    }

    /// The same for templates that are rendered again and again: each stays compiled, and what
    /// `proofs` knows is not proved again.
    pub fn keeping(name: LayerName<'_>, files: &Tree, data: &Value, proofs: Arc<Proofs>) -> Self {
        let templates = files.iter().filter(|(path, _)| path.is_below("template"));
        let kept = templates.map(|(path, entry)| (path.to_string(), entry.bytes.clone()));
        Self::with(name, (files, data), Arc::new(kept.collect()), Some(proofs))
    }

    fn with(
        name: LayerName<'_>,
        (files, data): (&Tree, &Value),
        kept: Texts,
        proofs: Option<Arc<Proofs>>,
    ) -> Self {
        let partials: Texts = Arc::new(partials(files));
        let mut written = BTreeSet::new();
        each_text(data, &mut |text| {
            written.insert(text.to_owned());
        });
        for text in partials.values().filter_map(|bytes| std::str::from_utf8(bytes).ok()) {
            written.extend(lexed::constants(text, Syntax::Curly));
            written.extend(lexed::constants(text, Syntax::Brackets));
        }
        Self {
            title: format!("{}@{}", name.name, name.version),
            curly: with_partials(Syntax::Curly, (&partials, &kept)),
            brackets: with_partials(Syntax::Brackets, (&partials, &kept)),
            expressions: Expressions::new(),
            partials,
            data: convert::to_engine(data),
            written: Arc::new(written),
            kept,
            sound: Mutex::default(),
            proofs,
            texts: Mutex::default(),
        }
    }

    /// The name of the layer and its version, as messages show it.
    pub(super) fn title(&self) -> &str {
        &self.title
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
        let key = self.is_kept(file).then(|| (file.path.to_owned(), file.syntax));
        let sound = || self.sound.lock().unwrap_or_else(PoisonError::into_inner);
        if key.as_ref().is_some_and(|key| sound().contains(key)) {
            return None;
        }
        let excess = lexed::excess(text, file.syntax);
        if excess.is_none() {
            sound().extend(key);
        }
        excess
    }

    /// A template, compiled; only now if it does not stay so.
    pub(super) fn compiled<'a>(
        &'a self,
        file: &TemplateFile<'a>,
        text: &'a str,
    ) -> Result<Template<'a, 'a>, Error> {
        let engine: &'a Environment<'a> = match file.syntax {
            Syntax::Curly => &self.curly,
            Syntax::Brackets => &self.brackets,
        };
        match self.is_kept(file) {
            true => engine.get_template(&format!("{KEPT}{}", file.path)),
            false => engine.template_from_named_str(file.path, text),
        }
    }

    /// What was proved already of templates that are rendered again and again.
    pub(super) fn proofs(&self) -> Option<&Proofs> {
        self.proofs.as_deref()
    }

    /// The text of a template; what it says is looked up only once, if it stays compiled.
    pub(super) fn source(&self, file: &TemplateFile<'_>) -> TemplateSource {
        let source = TemplateSource {
            bytes: file.bytes.clone(),
            syntax: file.syntax,
            ..TemplateSource::default()
        };
        if !self.is_kept(file) {
            return source;
        }
        let mut all = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry((file.path.to_owned(), file.syntax)).or_insert(source).clone()
    }

    /// Whether it is one of those that stay compiled, and no other text in its place.
    pub(super) fn is_kept(&self, file: &TemplateFile<'_>) -> bool {
        self.kept.get(file.path).is_some_and(|bytes| Arc::ptr_eq(bytes, file.bytes))
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

/// The path of a template, as the engine calls it.
pub(super) fn path_of(name: &str) -> &str {
    name.strip_prefix(KEPT).unwrap_or(name)
}

fn with_partials(syntax: Syntax, (partials, kept): (&Texts, &Texts)) -> Environment<'static> {
    let mut engine = engine(syntax);
    // What a template includes is a partial, whatever it is called.
    engine.set_path_join_callback(|name, _| path_of(name).into());
    let (partials, kept) = (partials.clone(), kept.clone());
    engine.set_loader(move |name| {
        if let Some(path) = name.strip_prefix(KEPT) {
            return Ok(kept.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned()));
        }
        let text = partials.get(name).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        if let Some((_, what)) = text.as_deref().and_then(|text| lexed::excess(text, syntax)) {
            let message = format!("the partial `{name}`: {}", excess(what).message);
            return Err(Error::new(minijinja::ErrorKind::InvalidOperation, message));
        }
        Ok(text)
    });
    engine
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        template::{Pass, Target, Templates},
        tree::{Entry, RepoPath},
    };

    fn rendered(text: &str, path: &str) -> Result<String, String> {
        let entry = |(path, text): (&str, &str)| {
            (RepoPath::parse(path).unwrap(), Entry::file(text.as_bytes()))
        };
        let files = [("template/a.j2", text), ("template/b.j2", "b"), ("partials/c", "of {{ x }}")];
        let files: Tree = files.into_iter().map(entry).collect();
        let version = "1.0.0".parse().unwrap();
        let name = LayerName { name: "p", version: &version };
        let sources = Sources::keeping(name, &files, &Value::Map(Vec::new()), Arc::default());
        let answers = Value::map([("x", Value::from("orders"))]);
        let templates = Templates::new(&sources, &answers);
        let bytes = &files.get(&RepoPath::parse(path).unwrap()).unwrap().bytes;
        let file = TemplateFile { path, bytes, syntax: Syntax::Curly };
        let once = |file| {
            let template = templates.compile(file).map_err(|it| it.message)?;
            template.render(Target::Prose, Pass::Plain).map(|it| it.0).map_err(|it| it.message)
        };
        let first = once(file.clone());
        assert_eq!(once(file), first);
        first
    }

    #[test]
    fn a_template_that_stays_compiled_renders_the_same_each_time() {
        let text = "{{ x }} {% include 'c' %}";
        assert_eq!(rendered(text, "template/a.j2").unwrap(), "orders of orders");
    }

    #[test]
    fn a_template_that_stays_compiled_is_no_partial() {
        for name in ["template/b.j2", "\u{1}template/b.j2", "\\u0001template/b.j2"] {
            let text = format!("{{% include \"{name}\" %}}");
            assert!(rendered(&text, "template/a.j2").is_err(), "{name}");
        }
    }

    #[test]
    fn a_mistake_in_a_template_that_stays_compiled_names_it_as_people_do() {
        let mistake = rendered("{{ y }}", "template/a.j2").unwrap_err();
        assert_eq!(mistake, "`y` is not defined");
    }
}
