//! The words of a manifest in the person's language.

use std::collections::BTreeMap;

use super::{Manifest, Parameter, Shape};

/// A person's language, as the environment names it: `de`, `de_AT.UTF-8`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Language(Vec<String>);

impl Language {
    /// Reads the name of a locale: the language with its country first, then the language alone.
    pub fn of_locale(locale: &str) -> Self {
        let name = locale.split(['.', '@']).next().unwrap_or_default().replace('_', "-");
        let name = name.to_lowercase();
        let alone = name.split('-').next().unwrap_or_default().to_owned();
        Self([name, alone].into_iter().filter(|name| !name.is_empty()).collect())
    }

    /// The text in this language, if there is one.
    fn pick(&self, texts: &BTreeMap<String, String>) -> Option<String> {
        let is = |wanted: &str, name: &str| name.replace('_', "-").to_lowercase() == wanted;
        let of = |wanted: &String| texts.iter().find(|(name, _)| is(wanted, name));
        self.0.iter().find_map(of).map(|(_, text)| text.clone())
    }
}

impl Manifest {
    /// The manifest with its questions in a language, where they speak it.
    #[must_use]
    pub fn in_language(&self, language: &Language) -> Self {
        let parameters = self.parameters.iter().map(|it| it.in_language(language)).collect();
        Self { parameters, ..self.clone() }
    }
}

impl Parameter {
    /// The parameter with its title, description and choices in a language, where it speaks it.
    #[must_use]
    pub fn in_language(&self, language: &Language) -> Self {
        Self {
            title: language.pick(&self.titles).or_else(|| self.title.clone()),
            description: language.pick(&self.descriptions).or_else(|| self.description.clone()),
            shape: in_language(&self.shape, language),
            ..self.clone()
        }
    }
}

fn in_language(shape: &Shape, language: &Language) -> Shape {
    let choices = |choices: &[super::Choice]| {
        let choice = |it: &super::Choice| super::Choice {
            title: language.pick(&it.titles).or_else(|| it.title.clone()),
            ..it.clone()
        };
        choices.iter().map(choice).collect()
    };
    match shape {
        Shape::Choice(all) => Shape::Choice(choices(all)),
        Shape::Choices(all) => Shape::Choices(choices(all)),
        Shape::List(inner) => Shape::List(Box::new(in_language(inner, language))),
        Shape::Map(inner) => Shape::Map(Box::new(in_language(inner, language))),
        Shape::Object(fields) => {
            Shape::Object(fields.iter().map(|it| it.in_language(language)).collect())
        }
        Shape::Text
        | Shape::Lines
        | Shape::Integer
        | Shape::Number
        | Shape::Boolean
        | Shape::Any => shape.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_country_is_looked_for_before_the_language() {
        let texts = |names: &[&str]| {
            names.iter().map(|name| ((*name).to_owned(), format!("in {name}"))).collect()
        };
        let language = Language::of_locale("de_AT.UTF-8@euro");
        assert_eq!(language.pick(&texts(&["de", "de-AT"])), Some("in de-AT".to_owned()));
        assert_eq!(language.pick(&texts(&["de", "fr"])), Some("in de".to_owned()));
        assert_eq!(language.pick(&texts(&["fr"])), None);
        assert_eq!(Language::of_locale("").pick(&texts(&["fr"])), None);
    }
}
