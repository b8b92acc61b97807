//! What a golden path asks, with the answers so far.

use serde::Serialize;

use super::{Answer, Diagnostic, FORMAT, Parameter, Rule};
use crate::{answer::Origin, data::Value, inputs, manifest::Manifest, resolve::Standing};

/// The result of `flagstone inputs`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Inputs {
    /// Always [`FORMAT`].
    pub format: u32,
    /// The golden path's or layer's name.
    pub golden_path: String,
    /// Its version.
    pub version: String,
    /// Its questions in the order of the manifest; with `--remaining` those to be answered.
    pub inputs: Vec<Input>,
    /// What the answers must be together.
    pub rules: Vec<Rule>,
}

/// One question as it stands.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Input {
    /// What is asked.
    #[serde(flatten)]
    pub parameter: Parameter,
    /// `given`, `default`, `missing`, `wrong`, `inactive` or `unknown`.
    pub state: &'static str,
    /// Whether a run without a person needs an answer to it, or may need one after other answers.
    pub remains: bool,
    /// The answer that it has.
    pub answer: Option<Value>,
    /// Where that came from.
    pub origin: Option<&'static str>,
    /// The answer where none is given, as it would be now.
    pub default_now: Option<Value>,
    /// The parameters that its condition and default speak of.
    pub depends_on: Vec<String>,
    /// What its answers open.
    pub opens: Vec<Opening>,
    /// The choices that the other answers close.
    pub closed: Vec<Closed>,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// A choice that can't be chosen now.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Closed {
    /// The choice.
    pub value: Value,
    /// Why it is closed.
    pub reason: String,
}

/// What one answer opens.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Opening {
    /// The answer; null: it depends on the answer.
    pub answer: Option<Value>,
    /// The parameters that apply then, or may.
    pub parameters: Vec<String>,
    /// The layers that are there then, or may be.
    pub layers: Vec<String>,
}

impl Inputs {
    /// These questions of a golden path.
    pub fn new(manifest: &Manifest, shown: &[inputs::Input<'_>]) -> Self {
        Self {
            format: FORMAT,
            golden_path: manifest.metadata.name.clone(),
            version: manifest.metadata.version.to_string(),
            inputs: shown.iter().map(Input::from).collect(),
            rules: manifest.rules.iter().map(Rule::from).collect(),
        }
    }
}

impl From<&inputs::Input<'_>> for Input {
    fn from(input: &inputs::Input<'_>) -> Self {
        let answer = match &input.standing {
            Standing::Answered(answer) => Some(Answer::from((&input.parameter.name, answer))),
            _ => None,
        };
        let mistakes = match &input.standing {
            Standing::Wrong(mistakes) => mistakes.as_slice(),
            _ => &[],
        };
        let closed = input.closed.iter();
        let closed =
            closed.map(|(value, reason)| Closed { value: value.clone(), reason: reason.clone() });
        Self {
            parameter: input.parameter.into(),
            state: state(&input.standing),
            remains: input.remains(),
            origin: answer.as_ref().map(|it| it.origin),
            answer: answer.map(|it| it.value),
            default_now: input.default.clone(),
            depends_on: input.depends_on.clone(),
            opens: input.opens.iter().map(Opening::from).collect(),
            closed: closed.collect(),
            diagnostics: mistakes.iter().map(Into::into).collect(),
        }
    }
}

impl From<&inputs::Opening> for Opening {
    fn from(opening: &inputs::Opening) -> Self {
        Self {
            answer: opening.answer.clone(),
            parameters: opening.parameters.clone(),
            layers: opening.layers.clone(),
        }
    }
}

const fn state(standing: &Standing) -> &'static str {
    match standing {
        Standing::Answered(answer) => match answer.origin {
            Origin::Default => "default",
            Origin::Flag
            | Origin::Spec
            | Origin::Environment
            | Origin::Prompt
            | Origin::Computed
            | Origin::GoldenPath => "given",
        },
        Standing::Inactive => "inactive",
        Standing::Missing => "missing",
        Standing::Wrong(_) => "wrong",
        Standing::Unknown => "unknown",
    }
}
