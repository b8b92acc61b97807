//! The files that the command line names: policies, data, input.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::{
    cli::{Context, Failure},
    data::{Data, Value, parse_json, parse_yaml},
    diag::Diagnostic,
    guard::{Bundle, Source},
    source::read_policies,
    text::{Document, Span},
};

/// How policies' tests end.
pub(super) const TEST: &str = "_test.rego";

/// Whether the files of a folder that hold tests are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tests {
    Read,
    Left,
}

/// Policies, and the data that they see.
#[derive(Debug, Args)]
pub(super) struct Places {
    /// A folder of policies, or one policy [default: policies].
    #[arg(value_name = "DIR|FILE")]
    pub(super) policies: Vec<PathBuf>,
    /// A file of YAML or JSON that policies see below `data`.
    #[arg(long = "data", value_name = "FILE")]
    pub(super) data: Vec<PathBuf>,
}

impl Places {
    /// All of it with its tests.
    pub(super) fn bundle(&self, context: &Context) -> Result<Bundle, Failure> {
        bundle(context, (&self.policies, Tests::Read), &self.data)
    }
}

/// The policies and data that the command line names.
pub(super) fn bundle(
    context: &Context,
    (policies, tests): (&[PathBuf], Tests),
    data: &[PathBuf],
) -> Result<Bundle, Failure> {
    let here = [PathBuf::from("policies")];
    let places = if policies.is_empty() { &here[..] } else { policies };
    Ok(Bundle {
        origin: "the command line".to_owned(),
        sources: sources(context, places, tests)?,
        data: merged(context, data)?,
    })
}

/// The policies in some folders, or at some paths, each once.
fn sources(context: &Context, places: &[PathBuf], tests: Tests) -> Result<Vec<Source>, Failure> {
    let mut sources: Vec<Source> = Vec::new();
    for place in places {
        let found = match context.host.is_folder(place) {
            true => of_folder(context, place, tests)?,
            false => vec![Source { path: shown(place), text: text(context, place)? }],
        };
        let before = sources.len();
        for source in found {
            if !sources.iter().any(|it| it.path == source.path) {
                sources.push(source);
            }
        }
        // Nothing would be judged, and all allowed.
        if sources.len() == before {
            let message = format!("there is no policy in `{}`", shown(place));
            let mistake = Diagnostic::error("policy-missing", message);
            return Err(Failure::mistake(mistake.help("name a folder with files of Rego")));
        }
    }
    Ok(sources)
}

fn of_folder(context: &Context, folder: &Path, tests: Tests) -> Result<Vec<Source>, Failure> {
    let mut sources = Vec::new();
    for (path, entry) in read_policies(&context.host.folder.join(folder))? {
        let name = shown(&folder.join(path.as_str()));
        let wrong = |message: String| {
            let mistake = Diagnostic::error("policy-file", message);
            Failure::mistake(mistake.at(Document::new(&name, "").place(Span::default())))
        };
        if tests == Tests::Left && path.as_str().ends_with(TEST) {
            continue;
        }
        if entry.mode == crate::tree::Mode::Link {
            return Err(wrong("a policy can't be a link".to_owned()));
        }
        let text = String::from_utf8(entry.bytes.to_vec());
        let text = text.map_err(|_| wrong("the policy is not UTF-8".to_owned()))?;
        sources.push(Source { path: name, text });
    }
    Ok(sources)
}

/// What several files say together; no two may say different things.
fn merged(context: &Context, files: &[PathBuf]) -> Result<Value, Failure> {
    let mut whole = Value::Null;
    for file in files {
        let more = value(context, file)?;
        let wrong = |message: String| Failure::mistake(Diagnostic::error("policy-data", message));
        if !matches!(more, Value::Map(_)) {
            return Err(wrong(format!("`{}` holds {}, and no map", shown(file), more.kind())));
        }
        if let Some(key) = merge(&mut whole, more, &mut Vec::new()) {
            let message = format!("`{}` says `data.{key}` another time", shown(file));
            return Err(wrong(message));
        }
    }
    Ok(whole)
}

/// Puts one value into another; the key that both have, if there is one.
fn merge(whole: &mut Value, more: Value, way: &mut Vec<String>) -> Option<String> {
    match (whole, more) {
        (whole @ Value::Null, more) if way.is_empty() => {
            *whole = more;
            None
        }
        (Value::Map(entries), Value::Map(more)) => more.into_iter().find_map(|(key, value)| {
            match entries.iter_mut().find(|(it, _)| *it == key) {
                Some((_, old)) => {
                    way.push(key.to_string());
                    let clash = merge(old, value, way);
                    way.pop();
                    clash
                }
                None => {
                    entries.push((key, value));
                    None
                }
            }
        }),
        _ => Some(way.join(".")),
    }
}

/// What a file of JSON or YAML says.
pub(super) fn value(context: &Context, file: &Path) -> Result<Value, Failure> {
    Ok(document(context, file)?.value)
}

/// What a file of JSON or YAML says, with its places.
pub(super) fn document(context: &Context, file: &Path) -> Result<Data, Failure> {
    let document = Document::new(shown(file), text(context, file)?);
    let is_json = file.extension().is_some_and(|it| it == "json");
    let parsed = if is_json { parse_json(&document) } else { parse_yaml(&document) };
    parsed.map_err(Failure::mistake)
}

fn text(context: &Context, file: &Path) -> Result<String, Failure> {
    context.host.read_text(file).map_err(|error| {
        let because =
            std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        let mistake = Diagnostic::error("unreadable-file", error.to_string());
        Failure::mistake(mistake.note(because))
    })
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
