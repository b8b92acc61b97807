//! Named folders and files -> a bundle of policies with its data.

use crate::{
    data::{Value, parse_json, parse_yaml},
    diag::Diagnostic,
    guard::{Bundle, Source},
    policy::{Archive, Sources, merge, unpacked},
    text::{Document, Span},
    tree::{Entry, Mode, RepoPath, Tree},
};

/// How policies end.
const POLICY: &str = ".rego";

/// How OPA bundles end.
const ARCHIVE: &str = ".tar.gz";

/// How policies' tests end: they judge nothing.
const TEST: &str = "_test.rego";

/// The bundle of what `sources` names among `files`; `label` is what people call a file of them, and
/// `inherited` the data that it sees besides its own.
///
/// # Errors
/// Everything that is named and not there, or can't be read: nothing would be judged, and all allowed.
pub fn bundle(
    origin: String,
    (sources, files): (&Sources, &Tree),
    label: &dyn Fn(&str) -> String,
    inherited: &Value,
) -> Result<Bundle, Vec<Diagnostic>> {
    let mut mistakes = Vec::new();
    let mut found: Vec<Source> = Vec::new();
    let mut data = inherited.clone();
    for named in &sources.policies {
        if named.as_str().ends_with(ARCHIVE) {
            let path = label(named.as_str());
            match files.get(named).map(|it| archive(&path, it)) {
                None => mistakes.push(missing("policy-missing", "there is no bundle at", &path)),
                Some(Err(mistake)) => mistakes.push(*mistake),
                Some(Ok(archive)) => {
                    if archive.data != Value::Null {
                        let clash = merge(&mut data, archive.data);
                        mistakes.extend(clash.map(|key| twice(&path, &key)));
                    }
                    let mut modules = archive.modules;
                    modules.retain(|(it, _)| !it.ends_with(TEST));
                    if modules.is_empty() {
                        mistakes.push(missing("policy-missing", "there is no policy in", &path));
                    }
                    let source = |(module, text)| Source { path: format!("{path}/{module}"), text };
                    found.extend(modules.into_iter().map(source));
                }
            }
            continue;
        }
        let policies = policies(files, named);
        let links = files.iter().filter(|(path, entry)| {
            entry.mode == Mode::Link && path.is_below(named.as_str()) && !is_policy(path)
        });
        mistakes.extend(links.map(|(it, _)| unreadable(&label(it.as_str()), "it is a link")));
        if policies.is_empty() {
            mistakes.push(missing(
                "policy-missing",
                "there is no policy in",
                &label(named.as_str()),
            ));
        }
        for (path, entry) in policies {
            let path = label(path.as_str());
            match text(entry) {
                _ if found.iter().any(|it| it.path == path) => {}
                Some(text) => found.push(Source { text: text.to_owned(), path }),
                None => mistakes.push(unreadable(&path, "a policy is a file of UTF-8")),
            }
        }
    }
    for named in &sources.data {
        let path = label(named.as_str());
        match files.get(named).map(text) {
            None => mistakes.push(no_data(files, named, &path)),
            Some(None) => mistakes.push(unreadable(&path, "data is a file of UTF-8")),
            Some(Some(text)) => match read(&path, text) {
                Ok(more) => {
                    let clash = merge(&mut data, more);
                    mistakes.extend(clash.map(|key| twice(&path, &key)));
                }
                Err(mistake) => mistakes.push(*mistake),
            },
        }
    }
    match mistakes.is_empty() {
        true => Ok(Bundle { origin, sources: found, data }),
        false => {
            let note = format!("it is named by: {origin}");
            Err(mistakes.into_iter().map(|it| it.note(note.as_str())).collect())
        }
    }
}

/// An OPA bundle that is a file of the catalog, golden path or service, and as trusted as they are.
fn archive(path: &str, entry: &Entry) -> Result<Archive, Box<Diagnostic>> {
    if entry.mode == Mode::Link {
        return Err(Box::new(unreadable(path, "a bundle is a file")));
    }
    let files = unpacked(&entry.bytes).map_err(|error| {
        let message = format!("the bundle `{path}` can't be read");
        Box::new(Diagnostic::error("policy-bundle", message).note(error.to_string()))
    })?;
    Archive::read(path, files, &[]).map_err(|mistake| {
        let help = mistake.help.is_some().then_some(
            "name one without signatures here: it is as trusted as the files around it, and no key can be named",
        );
        Box::new(mistake.maybe_help(help.map(str::to_owned)))
    })
}

/// The policies at a path or below it, without tests.
fn policies<'t>(files: &'t Tree, named: &RepoPath) -> Vec<(&'t RepoPath, &'t Entry)> {
    let is_named = |path: &RepoPath| path == named || path.is_below(named.as_str());
    files.iter().filter(|(path, _)| is_named(path) && is_policy(path)).collect()
}

fn is_policy(path: &RepoPath) -> bool {
    let name = path.as_str();
    name.ends_with(POLICY) && !name.ends_with(TEST)
}

fn text(entry: &Entry) -> Option<&str> {
    if entry.mode == Mode::Link { None } else { entry.text() }
}

fn read(path: &str, text: &str) -> Result<Value, Box<Diagnostic>> {
    let document = Document::new(path, text);
    let parsed = match path.ends_with(".json") {
        true => parse_json(&document),
        false => parse_yaml(&document),
    };
    let value = parsed.map_err(Box::new)?.value;
    match value {
        Value::Map(_) => Ok(value),
        other => {
            let message = format!("`{path}` holds {}, and no map", other.kind());
            let mistake = Diagnostic::error("policy-data", message);
            Err(Box::new(mistake.at(document.place(Span::default()))))
        }
    }
}

fn missing(code: &'static str, what: &str, path: &str) -> Diagnostic {
    Diagnostic::error(code, format!("{what} `{path}`"))
        .help("mend `policies:` and `data:`, or put the files there")
}

/// That data is not there; of a folder, that its files are to be named.
fn no_data(files: &Tree, named: &RepoPath, path: &str) -> Diagnostic {
    let below = files.iter().map(|(it, _)| it).filter(|it| it.is_below(named.as_str()));
    let is_data = |it: &&RepoPath| {
        [".yaml", ".yml", ".json"].iter().any(|ending| it.as_str().ends_with(ending))
    };
    let names: Vec<_> = below.filter(is_data).map(|it| format!("`{it}`")).collect();
    match names.is_empty() {
        true => missing("policy-data", "there is no data in", path),
        false => Diagnostic::error("policy-data", format!("`{path}` is a folder, and no data"))
            .help(format!("name its files: {}", names.join(", "))),
    }
}

fn unreadable(path: &str, what: &str) -> Diagnostic {
    let place = Document::new(path, "").place(Span::default());
    Diagnostic::error("policy-file", format!("`{path}` can't be read: {what}, and no link"))
        .at(place)
}

fn twice(path: &str, key: &str) -> Diagnostic {
    Diagnostic::error("policy-data", format!("`{path}` says `data.{key}` another time"))
        .help("say it once: in a catalog, its golden paths and its services alike")
}
