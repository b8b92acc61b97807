//! What follows from a parameter in the parameters of a golden path and of its layers.

use std::collections::BTreeSet;

use super::{How, Part, Search};
use crate::{
    diag::Diagnostic,
    manifest::{LayerUse, Parameter, Source},
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
        let mut follows = false;
        let name = || parameter.name.clone();
        let values = [
            (&parameter.default, How::Default(name())),
            (&parameter.computed, How::Computed(name())),
        ];
        for (value, how) in values {
            for text in value.iter().flat_map(|it| it.texts()) {
                let place = parameter.value_place.clone();
                let source = Source { text: text.to_owned(), place };
                if let Some(by) = self.reads(&source, SourceKind::Template, names)? {
                    self.in_manifest(part, &source.place, how.clone(), by);
                    follows = true;
                    break;
                }
            }
        }
        if let Some(when) = &parameter.when
            && let Some(by) = self.reads(when, SourceKind::Condition, names)?
        {
            self.in_manifest(part, &when.place, How::Asked(name()), by);
            follows = true;
        }
        for choice in parameter.shape.choices() {
            if let Some(why) = &choice.disabled
                && let Some(by) = self.reads(why, SourceKind::Template, names)?
            {
                self.in_manifest(part, &why.place, How::Choice(name()), by);
            }
        }
        for field in parameter.shape.fields() {
            for text in field.default.iter().flat_map(|it| it.texts()) {
                let place = field.value_place.clone();
                let source = Source { text: text.to_owned(), place };
                if let Some(by) = self.reads(&source, SourceKind::Template, names)? {
                    self.in_manifest(part, &source.place, How::Default(name()), by);
                    follows = true;
                }
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
            for text in value.texts() {
                let source = Source { text: text.to_owned(), place: layer.place.clone() };
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
