//! The document of `flagstone why`.

use serde::Serialize;

use super::FORMAT;
use crate::{
    data::Value,
    lock,
    ui::human::{Origin, Reach, Why},
};

/// All that is known of a file.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WhyResult {
    /// Always [`FORMAT`].
    pub format: u32,
    /// The file, below the service's folder.
    pub path: String,
    /// `goldenPath`, `layer`, `tool` or `team`.
    pub origin: &'static str,
    /// The golden path or layer that made it.
    pub made_by: Option<Part>,
    /// The file of that which it came from.
    pub source: Option<String>,
    /// The id of what was made.
    pub blob: Option<String>,
    /// The parameters that reach it; `null` if nobody knows.
    pub parameters: Option<Vec<Parameter>>,
    /// The conditions under which it is written.
    pub conditions: Vec<String>,
    /// Why the parameters are not known.
    pub unknown_because: Option<String>,
    /// `managed`, `merged`, `seeded`, `tool`; `null` of a team's own file.
    pub ownership: Option<&'static str>,
    /// The keys that are the golden path's.
    pub managed_keys: Vec<String>,
    /// `untouched`, `edited`, `mode`, `missing`; `null` of what the golden path did not make.
    pub state: Option<&'static str>,
    /// The golden path of the service.
    pub golden_path: Part,
    /// The newest version of that, if the service has an older one.
    pub newest: Option<String>,
}

/// A golden path or layer in a version.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where it came from.
    pub source: String,
    /// The digest of what renders.
    pub digest: String,
}

/// A parameter that reaches a file.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its answer; of a layer what the golden path gives it; `null` if it is not known.
    pub value: Option<Value>,
}

impl From<&lock::Part> for Part {
    fn from(part: &lock::Part) -> Self {
        Self {
            name: part.name.clone(),
            version: part.version.to_string(),
            source: part.source.clone(),
            digest: part.digest.to_string(),
        }
    }
}

impl From<&Why> for WhyResult {
    fn from(why: &Why) -> Self {
        let mut result = Self {
            format: FORMAT,
            path: why.path.to_string(),
            origin: "team",
            made_by: None,
            source: None,
            blob: None,
            parameters: None,
            conditions: Vec::new(),
            unknown_because: None,
            ownership: Some(why.ownership.as_str()),
            managed_keys: why.ownership.managed_keys().to_vec(),
            state: why.state.map(crate::drift::State::as_str),
            golden_path: (&why.golden_path).into(),
            newest: why.newest.as_ref().map(ToString::to_string),
        };
        match &why.origin {
            Origin::Tool => result.origin = "tool",
            Origin::Team => result.ownership = None,
            Origin::Made(made) => {
                result.origin = if made.is_layer { "layer" } else { "goldenPath" };
                result.made_by = made.part.as_ref().map(Part::from);
                result.source = Some(made.source.clone());
                result.blob = Some(made.blob.to_string());
                match &made.reach {
                    Ok(reach) => result.reached(reach),
                    Err(why) => result.unknown_because = Some(why.clone()),
                }
            }
        }
        result
    }
}

impl WhyResult {
    fn reached(&mut self, reach: &Reach) {
        let parameter = |it: &crate::ui::human::Reaching| Parameter {
            name: it.name.clone(),
            value: it.value.clone(),
        };
        self.parameters = Some(reach.parameters.iter().map(parameter).collect());
        self.conditions = reach.layer_condition.iter().chain(&reach.condition).cloned().collect();
    }
}
