//! The document of `flagstone path impact`.

use serde::Serialize;

use super::FORMAT;
use crate::{
    impact::{self, How},
    template::Use,
};

/// What the answer to a parameter reaches.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Impact {
    /// Always [`FORMAT`].
    pub format: u32,
    /// The parameter.
    pub parameter: String,
    /// The places, by golden path or layer and file.
    pub places: Vec<Reached>,
}

/// One place.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reached {
    /// The golden path or layer.
    pub part: String,
    /// The file in its version's folder.
    pub file: String,
    /// The line; none where the file's name is meant.
    pub line: Option<usize>,
    /// The column; none where the file's name is meant.
    pub column: Option<usize>,
    /// `default`, `computed`, `asked`, `choice`, `judged`, `layer`, `with`, `rule`, `name`, `printed`, `condition`,
    /// `repeated` or `kept`.
    pub how: &'static str,
    /// The parameter that is reached there, of a default, a computed value, a condition or `with`.
    pub target: Option<String>,
    /// The layer that is reached.
    pub layer: Option<String>,
    /// The name that the answer goes by.
    pub by: String,
}

impl Impact {
    /// What was found.
    pub fn new(parameter: &str, impact: &impact::Impact) -> Self {
        let places = impact.places.iter().map(Reached::from).collect();
        Self { format: FORMAT, parameter: parameter.to_owned(), places }
    }
}

impl From<&impact::Reached> for Reached {
    fn from(reached: &impact::Reached) -> Self {
        let position = reached.place.as_ref().map(|it| it.position());
        let (how, target, layer) = match &reached.how {
            How::Default(name) => ("default", Some(name), None),
            How::Computed(name) => ("computed", Some(name), None),
            How::Asked(name) => ("asked", Some(name), None),
            How::Layer(layer) => ("layer", None, Some(layer)),
            How::With(layer, name) => ("with", Some(name), Some(layer)),
            How::Choice(name) => ("choice", Some(name), None),
            How::Judged(name) => ("judged", Some(name), None),
            How::Rule => ("rule", None, None),
            How::Name => ("name", None, None),
            How::Template(Use::Printed) => ("printed", None, None),
            How::Template(Use::Decides) => ("condition", None, None),
            How::Template(Use::Repeats) => ("repeated", None, None),
            How::Template(Use::Kept) => ("kept", None, None),
        };
        Self {
            part: reached.part.clone(),
            file: reached.file.clone(),
            line: position.map(|it| it.line),
            column: position.map(|it| it.column),
            how,
            target: target.cloned(),
            layer: layer.cloned(),
            by: reached.by.clone(),
        }
    }
}
