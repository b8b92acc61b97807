//! Where a file came from, whose it is, and how it stands.

use super::ink::{FAINT, HEADING, NAME, WARN, pad, paint, wrap};
use crate::{
    data::Value,
    drift::State,
    lock::Part,
    secret::redact,
    tree::{BlobId, Ownership, RepoPath},
    ui::{Look, clean_line},
    version::Version,
};

/// All that is known of a file.
#[derive(Debug, Clone)]
pub struct Why {
    /// The file.
    pub path: RepoPath,
    /// Who made it.
    pub origin: Origin,
    /// Whose it is.
    pub ownership: Ownership,
    /// How it stands against what was made; of a file that the golden path did not make: nothing.
    pub state: Option<State>,
    /// The golden path of the service.
    pub golden_path: Part,
    /// The newest version of that, if the service has an older one.
    pub newest: Option<Version>,
}

/// Who made a file.
#[derive(Debug, Clone)]
pub enum Origin {
    /// The golden path or one of its layers.
    Made(Box<Made>),
    /// The tool itself.
    Tool,
    /// The team.
    Team,
}

/// How a file came from a golden path.
#[derive(Debug, Clone)]
pub struct Made {
    /// The golden path or layer that made it; `None` if the lock has none of that name.
    pub part: Option<Part>,
    /// Whether that is a layer.
    pub is_layer: bool,
    /// The file in it.
    pub source: String,
    /// The id of what was made.
    pub blob: BlobId,
    /// The parameters that reach it, or why nobody knows.
    pub reach: Result<Reach, String>,
}

/// What decides about a file's being there and its content.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// The parameters that its template names.
    pub parameters: Vec<Reaching>,
    /// The condition of the rule over its path.
    pub condition: Option<String>,
    /// The condition of its layer.
    pub layer_condition: Option<String>,
}

/// A parameter that reaches a file.
#[derive(Debug, Clone)]
pub struct Reaching {
    /// Its name.
    pub name: String,
    /// Its answer, as far as it is known.
    pub value: Option<Value>,
}

/// Everything about a file, by heading.
pub fn why(why: &Why, look: Look) -> String {
    let mut rows: Vec<(&str, String)> = Vec::new();
    match &why.origin {
        Origin::Made(made) => {
            let heading = if why.ownership == Ownership::Seeded { "seeded by" } else { "made by" };
            rows.extend(made.part.iter().map(|part| (heading, made_by(part, made.is_layer))));
            rows.push(("from", clean_line(&made.source).into_owned()));
            rows.extend(reach_rows(&made.reach));
        }
        Origin::Tool => rows.push(("made by", "flagstone itself".to_owned())),
        Origin::Team => {
            rows.push(("made by", "the team; the golden path knows nothing of it".to_owned()));
        }
    }
    rows.push(("ownership", ownership(why)));
    rows.extend(why.state.map(|state| ("now", now(state, &why.ownership))));
    rows.push(("version", version(why)));
    let width = look.text().saturating_sub(INDENT).max(20);
    let lines = rows.iter().flat_map(|(heading, text)| {
        wrap(text, width).into_iter().enumerate().map(move |(number, line)| {
            let heading = if number == 0 { *heading } else { "" };
            format!("  {}{line}", pad(heading, INDENT - 2))
        })
    });
    let lines: Vec<_> = lines.collect();
    format!("{}\n{}", paint(HEADING, clean_line(why.path.as_str())), lines.join("\n"))
}

/// Where the texts begin.
const INDENT: usize = 13;

fn made_by(part: &Part, is_layer: bool) -> String {
    let kind = if is_layer { "layer" } else { "golden path" };
    let source = clean_line(&part.source).into_owned();
    format!("{kind} {} {} ({source})", paint(NAME, clean_line(&part.name)), part.version)
}

fn reach_rows(reach: &Result<Reach, String>) -> Vec<(&'static str, String)> {
    let reach = match reach {
        Ok(reach) => reach,
        Err(why) => return vec![("parameters", format!("unknown: {}", clean_line(why)))],
    };
    let shown = |it: &Reaching| match &it.value {
        Some(value) => format!("{} = {}", it.name, clean_line(&redact(&value.to_json()))),
        None => it.name.clone(),
    };
    let parameters: Vec<_> = reach.parameters.iter().map(shown).collect();
    let parameters = match parameters.as_slice() {
        [] => "none: it is the same in every service".to_owned(),
        some => some.join(", "),
    };
    let mut rows = vec![("parameters", parameters)];
    let condition = |text: &String| ("written if", clean_line(text).into_owned());
    rows.extend(reach.layer_condition.iter().map(condition));
    rows.extend(reach.condition.iter().map(condition));
    rows
}

fn ownership(why: &Why) -> String {
    match (&why.origin, &why.ownership) {
        (Origin::Team, _) => "the team's alone".to_owned(),
        (_, Ownership::Managed) => {
            "managed: the platform's file; an edit is drift, and an upgrade replaces it".to_owned()
        }
        (_, Ownership::Merged) => {
            "merged: shared; an upgrade merges what both sides changed".to_owned()
        }
        (_, Ownership::MergedWithKeys(keys)) => format!(
            "merged: shared, but for the platform's keys {}",
            keys.iter().map(|key| clean_line(key).into_owned()).collect::<Vec<_>>().join(", ")
        ),
        (_, Ownership::Seeded) => {
            "seeded: written once, and the team's alone since then".to_owned()
        }
        (_, Ownership::Tool) => "the tool's own: what the team wants, and what it got".to_owned(),
    }
}

fn now(state: State, ownership: &Ownership) -> String {
    match state {
        State::Untouched => "untouched".to_owned(),
        // Since it was written nobody looks at it: a newer version may have it otherwise.
        State::Edited if *ownership == Ownership::Seeded => {
            "not as the golden path has it (`flagstone diff --seeded` shows it)".to_owned()
        }
        State::Edited => format!("{} (`flagstone diff` shows it)", paint(WARN, "edited")),
        State::Mode(_) => format!("{} (`flagstone diff` shows it)", paint(WARN, "another mode")),
        State::Missing => paint(WARN, "missing"),
    }
}

fn version(why: &Why) -> String {
    let locked = format!("{} {}", clean_line(&why.golden_path.name), why.golden_path.version);
    match &why.newest {
        Some(newest) => format!("{locked}; {newest} is released"),
        None => paint(FAINT, locked),
    }
}
