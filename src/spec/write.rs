//! A spec -> the text that a team will read and edit.

use super::{CatalogReference, Spec};
use crate::data::{API_VERSION, Value, to_yaml};

impl Spec {
    /// The spec as text, keys in the order of the documentation, with a line on how to go on.
    pub fn to_text(&self) -> String {
        let header =
            "# What this service wants of its golden path. What it got stands in flagstone.lock.\n";
        format!("{header}{}", to_yaml(&self.to_value()))
    }

    fn to_value(&self) -> Value {
        let mut metadata = vec![("name", Value::from(self.name.as_str()))];
        let texts = [("owner", &self.owner), ("description", &self.description)];
        for (key, text) in texts {
            metadata.extend(text.as_ref().map(|text| (key, Value::from(text.as_str()))));
        }
        if !self.annotations.is_empty() {
            let entry = |(key, text): &(String, String)| (key.clone(), text.as_str().into());
            metadata.push(("annotations", Value::map(self.annotations.iter().map(entry))));
        }
        let mut body = vec![
            ("catalog", catalog(&self.catalog)),
            ("goldenPath", self.golden_path.as_str().into()),
        ];
        body.extend(self.range.as_ref().map(|range| ("version", range.to_string().into())));
        if !self.parameters.is_empty() {
            body.push(("parameters", Value::map(self.parameters.iter().cloned())));
        }
        for (key, paths) in [("policies", &self.sources.policies), ("data", &self.sources.data)] {
            if !paths.is_empty() {
                let paths = paths.iter().map(|it| Value::from(it.as_str())).collect();
                body.push((key, Value::List(paths)));
            }
        }
        Value::map([
            ("apiVersion", API_VERSION.into()),
            ("kind", "Service".into()),
            ("metadata", Value::map(metadata)),
            ("spec", Value::map(body)),
        ])
    }
}

fn catalog(reference: &CatalogReference) -> Value {
    match reference {
        CatalogReference::Embedded => "embedded".into(),
        CatalogReference::Directory(folder) => {
            Value::map([("directory", Value::from(folder.as_str()))])
        }
        CatalogReference::Unsupported(words) => words.as_str().into(),
    }
}
