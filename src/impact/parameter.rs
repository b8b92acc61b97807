//! What follows from a parameter in the parameters of a golden path and of its layers.

use std::collections::BTreeSet;

use super::{How, Part, Search};
use crate::{
    diag::Diagnostic,
    manifest::{LayerUse, Parameter, Spoken, templates_in},
    spec::METADATA_ANSWERS,
    template::SourceKind,
};

impl Search {
    /// Whether a parameter follows from one of `names`.
    pub(super) fn parameter(
        &mut self,
        part: Part<'_>,
        parameter: &Parameter,
        names: &BTreeSet<String>,
    ) -> Result<bool, Diagnostic> {
        let is_itself = names.contains(&parameter.name);
        let (mut follows, mut told) = (false, None);
        for (spoken, source) in parameter.sources() {
            // A value is told of once, however many of its texts speak of it.
            let is_told = told == Some(spoken) && !spoken.is_given();
            if is_told {
                continue;
            }
            if let Some(by) = self.reads(&source, spoken.into(), names)? {
                self.in_manifest(part, &source.place, how(spoken, &parameter.name), by);
                // A closed choice changes no answer.
                follows |= spoken != Spoken::Choice;
                told = Some(spoken);
            }
        }
        Ok(follows && !is_itself)
    }

    /// The parameters of a layer that are answered by one of `names`.
    pub(super) fn answered(
        &mut self,
        path: Part<'_>,
        layer: &LayerUse,
        part: Part<'_>,
        names: &BTreeSet<String>,
    ) -> Result<BTreeSet<String>, Diagnostic> {
        let mut answered = BTreeSet::new();
        for (parameter, value) in &layer.with {
            for source in templates_in(value, &layer.place) {
                if let Some(by) = self.reads(&source, SourceKind::Template, names)? {
                    let how = How::With(layer.name.clone(), parameter.clone());
                    self.in_manifest(path, &layer.place, how, by);
                    answered.insert(parameter.clone());
                    break;
                }
            }
        }
        let asks = |name: &str| part.manifest.parameters.iter().any(|it| it.name == name);
        let said = |name: &str| layer.with.iter().any(|(it, _)| it == name);
        let common = METADATA_ANSWERS.into_iter();
        let common = common.filter(|it| names.contains(*it) && asks(it) && !said(it));
        answered.extend(common.map(str::to_owned));
        Ok(answered)
    }
}

fn how(spoken: Spoken, name: &str) -> How {
    let name = name.to_owned();
    match spoken {
        Spoken::Default | Spoken::Key => How::Default(name),
        Spoken::Computed => How::Computed(name),
        Spoken::Condition => How::Asked(name),
        Spoken::Choice => How::Choice(name),
    }
}
