//! One parameter of a golden path -> every place that its answer reaches.
//!
//! **Invariant:** nothing is rendered: it is what the texts say, for all answers. So a place is named
//! also where a condition may never hold; a name that a template takes for something of its own, and
//! that is also a parameter's, counts as the parameter's.

mod parameter;
mod template;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::{
    diag::Diagnostic,
    manifest::{LayerUse, Manifest, Source},
    template::{Expressions, SourceKind, Use},
    text::Place,
    tree::Tree,
};

/// A golden path or layer to look through.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// What it asks and composes.
    pub manifest: &'a Manifest,
    /// Its folder.
    pub files: &'a Tree,
}

/// Everything that an answer reaches.
#[derive(Debug, Clone, Default)]
pub struct Impact {
    /// The places, by part and then by file and line.
    pub places: Vec<Reached>,
}

/// One place that an answer reaches.
#[derive(Debug, Clone)]
pub struct Reached {
    /// The golden path or layer.
    pub part: String,
    /// The file in its folder.
    pub file: String,
    /// Where in it; of a file's name: nowhere.
    pub place: Option<Place>,
    /// What the answer does there.
    pub how: How,
    /// The name that it goes by there: the parameter's, or that of one which follows from it.
    pub by: String,
}

/// What an answer does in a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// The default of a parameter speaks of it.
    Default(String),
    /// A computed parameter is made from it.
    Computed(String),
    /// It decides whether a parameter is asked.
    Asked(String),
    /// It decides whether a layer is there.
    Layer(String),
    /// A layer's parameter is answered by it.
    With(String, String),
    /// It decides whether an answer to a parameter can be chosen.
    Choice(String),
    /// A rule over the answers speaks of it, and is told at a parameter.
    Judged(String),
    /// A rule decides by it whether files are written.
    Rule,
    /// A file is named after it, or is there once for each of its items.
    Name,
    /// A template speaks of it.
    Template(Use),
}

/// Everything that the answer to `parameter` of `path` reaches, also in the layers that it takes.
///
/// # Errors
/// What is wrong with an expression of a manifest.
pub fn impact(
    parameter: &str,
    path: Part<'_>,
    layers: &[(&LayerUse, Part<'_>)],
) -> Result<Impact, Diagnostic> {
    let mut search = Search { expressions: Expressions::new(), places: Vec::new() };
    let names = search.part(path, BTreeSet::from([parameter.to_owned()]))?;
    for (layer, part) in layers {
        if let Some(when) = &layer.when
            && let Some(by) = search.reads(when, SourceKind::Condition, &names)?
        {
            search.in_manifest(path, &when.place, How::Layer(layer.name.clone()), by);
        }
        let answered = search.answered(path, layer, *part, &names)?;
        if !answered.is_empty() {
            search.part(*part, answered)?;
        }
    }
    Ok(Impact { places: search.places })
}

struct Search {
    expressions: Expressions,
    places: Vec<Reached>,
}

impl Search {
    /// Looks through one part; gives every name that the answer goes by.
    fn part(
        &mut self,
        part: Part<'_>,
        mut names: BTreeSet<String>,
    ) -> Result<BTreeSet<String>, Diagnostic> {
        let mut open: Vec<_> = part.manifest.parameters.iter().collect();
        // What follows from a parameter may stand before it.
        loop {
            let before = open.len();
            let mut rest = Vec::new();
            for parameter in open {
                if self.parameter(part, parameter, &names)? {
                    names.insert(parameter.name.clone());
                } else {
                    rest.push(parameter);
                }
            }
            open = rest;
            if open.len() == before {
                break;
            }
        }
        for rule in &part.manifest.files {
            if let Some(when) = &rule.when
                && let Some(by) = self.reads(when, SourceKind::Condition, &names)?
            {
                self.in_manifest(part, &when.place, How::Rule, by);
            }
        }
        for rule in &part.manifest.rules {
            for source in rule.when.iter().chain([&rule.require]) {
                if let Some(by) = self.reads(source, SourceKind::Condition, &names)? {
                    self.in_manifest(part, &source.place, How::Judged(rule.at.clone()), by);
                }
            }
        }
        self.templates(part, &names);
        Ok(names)
    }

    /// The first of `names` that an expression reads.
    fn reads(
        &self,
        source: &Source,
        kind: SourceKind,
        names: &BTreeSet<String>,
    ) -> Result<Option<String>, Diagnostic> {
        let read = self.expressions.references(source, kind)?;
        Ok(read.into_iter().find(|it| names.contains(it)))
    }

    fn in_manifest(&mut self, part: Part<'_>, place: &Place, how: How, by: String) {
        let file = crate::manifest::FILE.to_owned();
        let part = part.manifest.metadata.name.clone();
        self.places.push(Reached { part, file, place: Some(place.clone()), how, by });
    }
}
