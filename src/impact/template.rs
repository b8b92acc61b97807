//! The files that an answer reaches: by their names, in templates, and in the partials that these take.

use std::collections::{BTreeMap, BTreeSet};

use super::{How, Part, Reached, Search};
use crate::{
    manifest::{ITEM_NAMES, Manifest, Syntax},
    plan::{brackets, named_partials},
    template::mentions,
    text::Document,
    tree::{Entry, RepoPath},
};

impl Search {
    /// Looks through every template of a part.
    pub(super) fn templates(&mut self, part: Part<'_>, names: &BTreeSet<String>) {
        let templates = part.files.iter().filter(|(path, _)| path.is_below("template"));
        let mut partials = BTreeMap::new();
        for (path, entry) in templates {
            self.name(part, path, names);
            if path.as_str().ends_with(".j2") {
                self.template(part, (path, entry), names, &mut partials);
            }
        }
        // A partial sees what the templates that take it have set.
        while let Some((path, (syntax, names))) = partials.pop_first() {
            if let Some(entry) = part.files.get(&path) {
                self.text(part, (&path, entry), syntax, &names);
            }
        }
    }

    fn name(&mut self, part: Part<'_>, path: &RepoPath, names: &BTreeSet<String>) {
        let read = mentions(path.as_str(), Syntax::Curly).into_iter().flat_map(|it| it.names);
        let lists = lists_in(part.manifest, path.as_str()).map(str::to_owned);
        if let Some(by) = read.chain(lists).find(|it| names.contains(it)) {
            let part = part.manifest.metadata.name.clone();
            let file = path.as_str().to_owned();
            self.places.push(Reached { part, file, place: None, how: How::Name, by });
        }
    }

    fn template(
        &mut self,
        part: Part<'_>,
        (path, entry): (&RepoPath, &Entry),
        names: &BTreeSet<String>,
        partials: &mut BTreeMap<RepoPath, (Syntax, BTreeSet<String>)>,
    ) {
        let syntax = syntax(part, path);
        let mut names = names.clone();
        if lists_in(part.manifest, path.as_str()).any(|it| names.contains(it)) {
            names.extend(ITEM_NAMES.map(str::to_owned));
        }
        let names = self.text(part, (path, entry), syntax, &names);
        let mut seen = BTreeSet::from([path.clone()]);
        let mut waiting: Vec<_> = named_partials(part.files, entry).collect();
        while let Some((path, entry)) = waiting.pop() {
            if seen.insert(path.clone()) {
                let known = partials.entry(path.clone()).or_insert((syntax, BTreeSet::new()));
                known.1.extend(names.iter().cloned());
                waiting.extend(named_partials(part.files, entry));
            }
        }
    }

    /// The places of one template or partial; gives the names with those that it sets itself.
    fn text(
        &mut self,
        part: Part<'_>,
        (path, entry): (&RepoPath, &Entry),
        syntax: Syntax,
        names: &BTreeSet<String>,
    ) -> BTreeSet<String> {
        let mut names = names.clone();
        let Some(text) = entry.text() else { return names };
        let document = Document::new(path.as_str(), text);
        for mention in mentions(text, syntax) {
            let Some(by) = mention.names.iter().find(|it| names.contains(*it)) else { continue };
            self.places.push(Reached {
                part: part.manifest.metadata.name.clone(),
                file: path.as_str().to_owned(),
                place: Some(document.place(mention.span)),
                how: How::Template(mention.how),
                by: by.clone(),
            });
            names.extend(mention.sets);
        }
        names
    }
}

/// The lists of which a template makes a file for each item: `queues` of `[queues.name]`.
fn lists_in<'p>(manifest: &Manifest, path: &'p str) -> impl Iterator<Item = &'p str> {
    let is_list = |name: &str| {
        let parameter = manifest.parameters.iter().find(|it| it.name == name);
        parameter.is_some_and(|it| it.shape.is_list())
    };
    brackets(path).into_iter().map(|it| it.list).filter(move |name| is_list(name))
}

/// The syntax of a template, as far as its path is known without answers.
fn syntax(part: Part<'_>, path: &RepoPath) -> Syntax {
    let below = path.as_str().strip_prefix("template/").unwrap_or_default();
    let output = RepoPath::parse(below.strip_suffix(".j2").unwrap_or(below)).ok();
    output.map_or_else(Syntax::default, |it| part.manifest.syntax_of(&it))
}
