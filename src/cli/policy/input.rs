//! The files that the command line names: policies, data, input.

use std::path::{Path, PathBuf};

use clap::Args;

use super::here;
use crate::{
    cli::{Context, Failure},
    data::{Value, parse_json, parse_yaml},
    diag::Diagnostic,
    guard::{Bundle, Source},
    jws::Key,
    policy::{Archive, merge, unpacked},
    source::{read_bytes, read_policies},
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
    /// A folder of policies, one policy, or an OPA bundle (`.tar.gz`) [default: those that judge here].
    #[arg(value_name = "DIR|FILE")]
    policies: Vec<PathBuf>,
    #[command(flatten)]
    beside: Beside,
}

/// What the command line says beside the policies.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Beside {
    /// The catalog in a folder, whose policies judge where none are named [default: that of the
    /// service, the one that this folder is, or the one in the binary].
    #[arg(long, value_name = "DIR")]
    pub(super) catalog: Option<PathBuf>,
    /// A file of YAML or JSON that policies see below `data`.
    #[arg(long = "data", value_name = "FILE")]
    pub(super) data: Vec<PathBuf>,
    /// A key that OPA bundles must be signed with: a public key in PEM (RS256, ES256), or a file that
    /// holds a shared secret (HS256).
    #[arg(long = "verification-key", value_name = "FILE")]
    pub(super) keys: Vec<PathBuf>,
}

impl Places {
    /// All of it with its tests.
    pub(super) fn bundles(&self, context: &Context) -> Result<Vec<Bundle>, Failure> {
        bundles(context, (&self.policies, Tests::Read), &self.beside)
    }
}

/// The policies and data that the command line names, or those that judge here.
pub(super) fn bundles(
    context: &Context,
    (policies, tests): (&[PathBuf], Tests),
    beside: &Beside,
) -> Result<Vec<Bundle>, Failure> {
    match policies {
        [] => here::bundles(context, tests, beside),
        [..] => Ok(vec![bundle(context, (policies, tests), beside)?]),
    }
}

/// A bundle with the data that the command line names.
pub(super) fn with_data(
    context: &Context,
    bundle: Bundle,
    beside: &Beside,
) -> Result<Bundle, Failure> {
    with(bundle, &merged(context, &beside.data)?)
}

/// A bundle with more data; none of it may be there already.
pub(super) fn with(mut bundle: Bundle, more: &Value) -> Result<Bundle, Failure> {
    if *more != Value::Null
        && let Some(key) = merge(&mut bundle.data, more.clone())
    {
        let message = format!("`data.{key}` is said another time");
        return Err(Failure::mistake(Diagnostic::error("policy-data", message)));
    }
    Ok(bundle)
}

/// All sources of several bundles as those of one.
pub(super) fn whole(bundles: &[Bundle]) -> Bundle {
    let origin = match bundles {
        [one] => one.origin.clone(),
        [..] => "what judges here".to_owned(),
    };
    let sources = bundles.iter().flat_map(|it| it.sources.clone()).collect();
    Bundle { origin, sources, data: Value::Null }
}

/// Nothing would be judged, and all allowed.
pub(super) fn missing(place: &str) -> Failure {
    let place = if place == "here" { "here".to_owned() } else { format!("in `{place}`") };
    let mistake = Diagnostic::error("policy-missing", format!("there is no policy {place}"));
    Failure::mistake(mistake.help("name a folder with files of Rego"))
}

/// The policies and data that are named.
pub(super) fn bundle(
    context: &Context,
    (policies, tests): (&[PathBuf], Tests),
    beside: &Beside,
) -> Result<Bundle, Failure> {
    let places = policies;
    let keys = beside.keys.iter().map(|it| key(context, it)).collect::<Result<Vec<_>, _>>()?;
    let mut bundle = Bundle { data: merged(context, &beside.data)?, ..Bundle::default() };
    for place in places {
        let found = match is_archive(place) {
            true => of_archive(context, place, &keys)?,
            false => Bundle { sources: of_place(context, place, tests)?, ..Bundle::default() },
        };
        if found.data != Value::Null
            && let Some(key) = merge(&mut bundle.data, found.data)
        {
            let message = format!("`{}` says `data.{key}` another time", shown(place));
            return Err(Failure::mistake(Diagnostic::error("policy-data", message)));
        }
        if places.len() == 1 && !found.origin.is_empty() {
            bundle.origin = found.origin;
        }
        let before = bundle.sources.len();
        for source in found.sources {
            let is_left = tests == Tests::Left && source.path.ends_with(TEST);
            let is_known = bundle.sources.iter().any(|it| it.path == source.path);
            // A test that is named is meant.
            if !is_known && (!is_left || source.path == shown(place)) {
                bundle.sources.push(source);
            }
        }
        if bundle.sources.len() == before {
            return Err(missing(&shown(place)));
        }
    }
    Ok(bundle)
}

fn is_archive(place: &Path) -> bool {
    let name = place.to_string_lossy();
    name.ends_with(".tar.gz") || name.ends_with(".tgz")
}

/// An OPA bundle, verified where keys are given.
fn of_archive(context: &Context, place: &Path, keys: &[Key]) -> Result<Bundle, Failure> {
    let name = shown(place);
    let wrong = |because: String| {
        let message = format!("the bundle `{name}` can't be read");
        Failure::mistake(Diagnostic::error("policy-bundle", message).note(because))
    };
    let packed = read_bytes(&context.host.folder.join(place)).map_err(|error| {
        let because = std::error::Error::source(&error).map(ToString::to_string);
        wrong(because.unwrap_or_else(|| error.to_string()))
    })?;
    let files = unpacked(&packed).map_err(|error| wrong(error.to_string()))?;
    let archive = Archive::read(&name, files, keys).map_err(Failure::mistake)?;
    let modules = archive.modules.into_iter();
    let modules = modules.map(|(path, text)| Source { path: format!("{name}/{path}"), text });
    let revision = archive.revision.map(|it| format!(", revision {it}")).unwrap_or_default();
    Ok(Bundle {
        origin: format!("the bundle {name}{revision}"),
        sources: modules.collect(),
        data: archive.data,
    })
}

/// A key of a file.
fn key(context: &Context, file: &Path) -> Result<Key, Failure> {
    Key::parse(&text(context, file)?).map_err(|error| {
        let message = format!("`{}` is no key: {error}", shown(file));
        Failure::mistake(Diagnostic::error("bad-key", message))
    })
}

/// The policies in a folder, or the one at a path.
fn of_place(context: &Context, place: &Path, tests: Tests) -> Result<Vec<Source>, Failure> {
    match context.host.is_folder(place) {
        true => of_folder(context, place, tests),
        false if !context.host.is_file(place) => {
            let message = format!("there is no folder or file `{}`", shown(place));
            let help =
                "name a folder with files of Rego; without one the rules that judge here are taken";
            Err(Failure::mistake(Diagnostic::error("policy-missing", message).help(help)))
        }
        false => Ok(vec![Source { path: shown(place), text: text(context, place)? }]),
    }
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
        if let Some(key) = merge(&mut whole, more) {
            let message = format!("`{}` says `data.{key}` another time", shown(file));
            return Err(wrong(message));
        }
    }
    Ok(whole)
}

/// What a file of JSON or YAML says.
fn value(context: &Context, file: &Path) -> Result<Value, Failure> {
    let document = Document::new(shown(file), text(context, file)?);
    let is_json = file.extension().is_some_and(|it| it == "json");
    let parsed = if is_json { parse_json(&document) } else { parse_yaml(&document) };
    parsed.map(|it| it.value).map_err(Failure::mistake)
}

/// What a file says.
pub(super) fn text(context: &Context, file: &Path) -> Result<String, Failure> {
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
