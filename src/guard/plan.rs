//! What plan policies see as `input`: who does what to which service, and the files that come of it.

use serde::Serialize;

use super::{Packages, Subject};
use crate::data::{Number, Value};

/// The package whose rules judge a plan, with those below it.
pub const PLAN_PACKAGE: [&str; 2] = ["flagstone", "plan"];

/// A plan, as policies see it. What is not known is `null` or empty, never left out.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanInput {
    /// What is done: `new`, `apply`, `upgrade`, `check`.
    pub action: String,
    /// The time of the run, as RFC 3339 has it.
    pub now: String,
    /// The ticket that the run is for.
    pub ticket: Option<String>,
    /// Who does it.
    pub actor: Actor,
    /// The service.
    pub service: Service,
    /// What it is made from.
    pub golden_path: GoldenPath,
    /// The layers under it.
    pub layers: Vec<Layer>,
    /// Every answer.
    pub parameters: Value,
    /// The files, in the order of their paths.
    pub files: Vec<PlanFile>,
    /// What looks like a secret.
    pub secrets: Vec<Secret>,
    /// The paths of which the run makes something else.
    pub changes: Changes,
}

/// The paths of which a run makes something else.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Changes {
    /// Those that are new.
    pub added: Vec<String>,
    /// Those that were there, with something else in them.
    pub changed: Vec<String>,
    /// Those that are gone.
    pub deleted: Vec<String>,
}

/// Who runs us.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// What they are called.
    pub user: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// Their roles, proved.
    pub roles: Vec<String>,
    /// The roles that they say they have.
    pub claimed_roles: Vec<String>,
}

/// The service that a plan is of.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub owner: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Whatever else its spec says of it.
    pub annotations: Value,
}

/// The golden path of a plan.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GoldenPath {
    /// Its name.
    pub name: String,
    /// The version.
    pub version: String,
    /// `experimental`, `production` or `deprecated`.
    pub lifecycle: String,
    /// What comes after it.
    pub successor: Option<String>,
    /// When nobody mends it any more, as `2026-12-31`.
    pub sunset: Option<String>,
    /// Its newest version.
    pub latest: Option<String>,
    /// The version's digest.
    pub digest: Option<String>,
}

/// A layer of a plan.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Layer {
    /// Its name.
    pub name: String,
    /// The version.
    pub version: String,
}

/// A file of a plan.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PlanFile {
    /// Where it stands.
    pub path: String,
    /// As git writes it: `100644`, `100755`, `120000`.
    pub mode: String,
    /// `managed`, `merged` or `seeded`; `tool` for our own files, `team` for what no golden path made.
    pub ownership: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Its blob id.
    pub blob: String,
    /// `added`, `changed`, `kept` or `deleted` by the run.
    pub change: String,
    /// What it says, if it is a configuration file that we read.
    pub parsed: Option<Value>,
    /// Its text, where a rule asks for it by `custom.text`.
    pub text: Option<String>,
}

/// What looks like a secret.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Secret {
    /// The file.
    pub path: String,
    /// The line.
    pub line: usize,
    /// What kind of secret it looks like.
    pub kind: String,
}

/// What the files of a plan are called in it.
const FILES: &str = "files";

impl PlanFile {
    /// What serde would make of it.
    fn value(self) -> Value {
        let number = i64::try_from(self.bytes).unwrap_or(i64::MAX);
        Value::map([
            ("path", Value::Text(self.path)),
            ("mode", Value::Text(self.mode)),
            ("ownership", Value::Text(self.ownership)),
            ("bytes", Value::Number(Number::Int(number))),
            ("blob", Value::Text(self.blob)),
            ("change", Value::Text(self.change)),
            ("parsed", self.parsed.unwrap_or_default()),
            ("text", self.text.map_or(Value::Null, Value::Text)),
        ])
    }
}

impl PlanInput {
    /// The plan as a subject of the plan policies.
    pub fn subject(mut self) -> Subject {
        // They are nearly all that there is, and are moved.
        let files = std::mem::take(&mut self.files);
        let json = serde_json::to_vec(&self).expect("keys are texts, and texts can be written");
        let mut input = serde_json::from_slice(&json).expect("what was written can be read");
        if let Value::Map(entries) = &mut input
            && let Some((_, value)) =
                entries.iter_mut().find(|(key, _)| matches!(key, Value::Text(key) if key == FILES))
        {
            *value = Value::List(files.into_iter().map(PlanFile::value).collect());
        }
        let package = PLAN_PACKAGE.map(str::to_owned).to_vec();
        Subject { path: None, packages: Packages::Below(package), input }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_what_serde_makes_of_a_plan() {
        let file = PlanFile {
            path: "a".to_owned(),
            bytes: 3,
            parsed: Some(Value::map([("b", Value::Bool(true))])),
            text: Some("c".to_owned()),
            ..PlanFile::default()
        };
        let input = PlanInput { files: vec![file, PlanFile::default()], ..PlanInput::default() };
        let made = serde_json::from_str::<Value>(&serde_json::to_string(&input).unwrap()).unwrap();
        assert_eq!(input.subject().input, made);
    }
}
