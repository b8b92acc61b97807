//! An OPA bundle: modules and data in one archive, with a manifest, and maybe signed.
//!
//! In: the files of an archive. Out: its modules and data, as OPA would have them.
//!
//! **Invariant:** of a signed bundle every byte that is used is one that was signed; one that can't
//! be verified is not read.

use std::collections::BTreeMap;

use super::Module;
use crate::{
    data::{Value, parse_json},
    diag::Diagnostic,
    jws::{Key, verified},
    syntax::{self, Kind},
    text::Document,
    tree::Digest,
};

/// A bundle.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Archive {
    /// What its maker calls this version of it.
    pub revision: Option<String>,
    /// Its modules: where each is, and what it says.
    pub modules: Vec<(String, String)>,
    /// What is below `data`.
    pub data: Value,
}

/// The files of an archive, by their paths.
pub type Files = BTreeMap<String, Vec<u8>>;

const SIGNATURES: &str = ".signatures.json";
const MANIFEST: &str = ".manifest";

/// Files of data, and what they are.
const DATA: [&str; 3] = ["data.json", "data.yaml", "data.yml"];

/// What a bundle may hold that we do not judge by: it would be missed silently.
const COMPILED: [&str; 3] = ["policy.wasm", "plan.json", "patch.json"];

impl Archive {
    /// Reads the bundle `name`. Where keys are given, one of them must have signed it.
    ///
    /// # Errors
    /// If it is not signed as it must be, or holds what its manifest does not permit, or what we
    /// could not judge by.
    pub fn read(name: &str, mut files: Files, keys: &[Key]) -> Result<Self, Diagnostic> {
        let read = Read { name };
        read.verify(&mut files, keys)?;
        let (revision, roots) = read.manifest(files.remove(MANIFEST))?;
        let mut archive = Self { revision, ..Self::default() };
        for (path, bytes) in files {
            let (above, base) = path.rsplit_once('/').unwrap_or(("", &path));
            if COMPILED.contains(&base) || base == MANIFEST || base.ends_with(".wasm") {
                let message = format!("it holds `{path}`, by which we do not judge");
                return Err(read.wrong(message));
            }
            if DATA.contains(&base) {
                let value = read.value(&path, &bytes)?;
                let way: Vec<_> = above.split('/').filter(|it| !it.is_empty()).collect();
                permitted(&way, &value, &roots).map_err(|it| {
                    read.wrong(format!("its manifest does not permit data at `{it}`"))
                })?;
                let whole =
                    way.iter().rev().fold(value, |value, step| Value::map([(*step, value)]));
                if let Some(key) = merge(&mut archive.data, whole) {
                    return Err(
                        read.wrong(format!("it says `data.{key}` another time in `{path}`"))
                    );
                }
            } else if base.ends_with(".rego") {
                let text = String::from_utf8(bytes);
                let text = text.map_err(|_| read.wrong(format!("`{path}` is not UTF-8")))?;
                let package = Module::parse(&Document::new(&path, &text)).0.package;
                if !roots.iter().any(|root| package.starts_with(root)) {
                    let package = package.join(".");
                    let message =
                        format!("its manifest does not permit package `{package}` of `{path}`");
                    return Err(read.wrong(message));
                }
                archive.modules.push((path, text));
            }
        }
        if archive.modules.is_empty() {
            return Err(read.wrong("it holds no policy".to_owned()));
        }
        Ok(archive)
    }
}

/// What reads a bundle.
struct Read<'n> {
    name: &'n str,
}

impl Read<'_> {
    fn wrong(&self, message: String) -> Diagnostic {
        let place = Document::new(self.name, "").place((0..0).into());
        Diagnostic::error("policy-bundle", format!("the bundle can't be used: {message}")).at(place)
    }

    /// Takes the signatures out, and holds every other file to them.
    fn verify(&self, files: &mut Files, keys: &[Key]) -> Result<(), Diagnostic> {
        let Some(signatures) = files.remove(SIGNATURES) else {
            let Some(path) = files.keys().find(|it| it.ends_with(&format!("/{SIGNATURES}"))) else {
                return match keys {
                    [] => Ok(()),
                    [..] => Err(self
                        .wrong("it is not signed".to_owned())
                        .help("without `--verification-key` it is read unverified")),
                };
            };
            return Err(self.wrong(format!("its signatures stand in `{path}`, not at its top")));
        };
        if keys.is_empty() {
            return Err(self
                .wrong("it is signed, and no key is given to verify it with".to_owned())
                .help("name the key's file: `--verification-key FILE`"));
        }
        let signatures = self.json(SIGNATURES, &signatures)?;
        let tokens = signatures.get("signatures").map(Value::items).unwrap_or_default();
        let [Value::Text(token)] = tokens else {
            return Err(self.wrong(format!("`{SIGNATURES}` must hold one signature")));
        };
        let said = verified(token, keys).map_err(|error| self.wrong(error.to_string()))?;
        match said.get("scope").and_then(Value::as_text) {
            None | Some("") => {}
            Some(scope) => {
                return Err(self.wrong(format!("it is signed for the scope `{scope}`")));
            }
        }
        let mut signed: BTreeMap<&str, &Value> = BTreeMap::new();
        for file in said.get("files").map(Value::items).unwrap_or_default() {
            let name = file.get("name").and_then(Value::as_text).unwrap_or_default();
            signed.insert(name.trim_start_matches('/'), file);
        }
        for (path, bytes) in &*files {
            let Some(file) = signed.remove(path.as_str()) else {
                return Err(self.wrong(format!("`{path}` was not signed")));
            };
            self.hold(path, bytes, file)?;
        }
        match signed.keys().next() {
            Some(path) => Err(self.wrong(format!("`{path}` was signed and is missing"))),
            None => Ok(()),
        }
    }

    /// Holds a file to its signed hash. Of structured files what they say is hashed, not how.
    fn hold(&self, path: &str, bytes: &[u8], signed: &Value) -> Result<(), Diagnostic> {
        let algorithm = signed.get("algorithm").and_then(Value::as_text).unwrap_or_default();
        if algorithm != "SHA-256" {
            let message = format!("`{path}` was hashed with `{algorithm}`, and we know `SHA-256`");
            return Err(self.wrong(message));
        }
        let base = path.rsplit('/').next().unwrap_or(path);
        let digest = match DATA.contains(&base) || base == MANIFEST {
            true => {
                let mut text = String::new();
                canonical(&self.value(path, bytes)?, &mut text);
                Digest::of(text.as_bytes())
            }
            false => Digest::of(bytes),
        };
        let hash = signed.get("hash").and_then(Value::as_text).unwrap_or_default();
        let ours = digest.to_string();
        match ours.strip_prefix("sha256:").is_some_and(|it| it.eq_ignore_ascii_case(hash)) {
            true => Ok(()),
            false => Err(self.wrong(format!("`{path}` is not what was signed"))),
        }
    }

    /// What the manifest says: the revision, and the ways into the data that the bundle owns.
    fn manifest(&self, bytes: Option<Vec<u8>>) -> Result<(Option<String>, Roots), Diagnostic> {
        let Some(bytes) = bytes else { return Ok((None, vec![Vec::new()])) };
        let said = self.json(MANIFEST, &bytes)?;
        let is_v1 = |it: &Value| *it == Value::from(1_i64);
        let version = said.get("rego_version").is_none_or(is_v1);
        let files = said.get("file_rego_versions").map(|it| it.entries().all(|(_, it)| is_v1(it)));
        if !version || files == Some(false) {
            return Err(self.wrong("it is written in Rego v0".to_owned()));
        }
        let revision = said.get("revision").and_then(Value::as_text).filter(|it| !it.is_empty());
        let steps = |root: &str| {
            root.split('/').filter(|it| !it.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        };
        let roots: Roots = match said.get("roots") {
            None | Some(Value::Null) => vec![Vec::new()],
            Some(roots) => roots.texts().into_iter().map(steps).collect(),
        };
        let overlapping = roots.iter().enumerate().find(|(at, root)| {
            let others = roots.iter().enumerate().filter(|(other, _)| other != at);
            others.map(|(_, it)| it).any(|it| it.starts_with(root))
        });
        match overlapping {
            Some((_, root)) => {
                let message = format!("its root `{}` holds another of its roots", root.join("/"));
                Err(self.wrong(message))
            }
            None => Ok((revision.map(str::to_owned), roots)),
        }
    }

    fn json(&self, path: &str, bytes: &[u8]) -> Result<Value, Diagnostic> {
        let text = String::from_utf8(bytes.to_vec());
        let text = text.map_err(|_| self.wrong(format!("`{path}` is not UTF-8")))?;
        let data = parse_json(&Document::new(format!("{}/{path}", self.name), text))?;
        Ok(data.value)
    }

    /// What a structured file says; YAML as OPA reads it, which is 1.1.
    fn value(&self, path: &str, bytes: &[u8]) -> Result<Value, Diagnostic> {
        let value = match Kind::of(path) {
            Some(kind @ Kind::Yaml(_)) => {
                let text = String::from_utf8(bytes.to_vec());
                let text = text.map_err(|_| self.wrong(format!("`{path}` is not UTF-8")))?;
                let configs = syntax::parse(kind, &Document::new(path, text))?;
                match configs.as_slice() {
                    [config] => config.root.to_value(),
                    _ => return Err(self.wrong(format!("`{path}` holds several documents"))),
                }
            }
            _ => self.json(path, bytes)?,
        };
        match value {
            Value::Map(_) => Ok(value),
            other => Err(self.wrong(format!("`{path}` holds {}, and no map", other.kind()))),
        }
    }
}

/// Ways into the data.
type Roots = Vec<Vec<String>>;

/// Whether data at a way is all within the roots; else the way to what is not.
fn permitted(way: &[&str], value: &Value, roots: &Roots) -> Result<(), String> {
    let is_within = |root: &Vec<String>| {
        root.len() <= way.len() && root.iter().zip(way).all(|(one, other)| one == other)
    };
    let is_above = |root: &Vec<String>| {
        root.len() > way.len() && root.iter().zip(way).all(|(one, other)| one == other)
    };
    match value {
        _ if roots.iter().any(is_within) => Ok(()),
        Value::Map(_) if roots.iter().any(is_above) => value.entries().try_for_each(|(key, it)| {
            let way: Vec<_> = way.iter().copied().chain([key]).collect();
            permitted(&way, it, roots)
        }),
        _ => Err(format!("/{}", way.join("/"))),
    }
}

/// A value as OPA hashes it: keys in their order, nothing between.
fn canonical(value: &Value, text: &mut String) {
    match value {
        Value::List(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                canonical(item, text);
            }
            text.push(']');
        }
        Value::Map(_) => {
            let entries: BTreeMap<_, _> = value.entries().collect();
            text.push('{');
            for (at, (key, item)) in entries.into_iter().enumerate() {
                text.push_str(if at > 0 { "," } else { "" });
                canonical(&Value::from(key), text);
                text.push(':');
                canonical(item, text);
            }
            text.push('}');
        }
        Value::Text(it) => {
            let json = Value::from(it.as_str()).to_json();
            *text += &json.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Tagged(..) => {
            *text += &value.to_json();
        }
    }
}

/// Puts what one file says into what others say; the key that both have, if there is one.
pub fn merge(whole: &mut Value, more: Value) -> Option<String> {
    if *whole == Value::Null {
        *whole = more;
        return None;
    }
    merge_below(whole, more, &mut Vec::new())
}

fn merge_below(whole: &mut Value, more: Value, way: &mut Vec<String>) -> Option<String> {
    let (Value::Map(entries), Value::Map(more)) = (whole, more) else { return Some(way.join(".")) };
    more.into_iter().find_map(|(key, value)| match entries.iter_mut().find(|(it, _)| *it == key) {
        Some((_, old)) => {
            way.push(key.to_string());
            let clash = merge_below(old, value, way);
            way.pop();
            clash
        }
        None => {
            entries.push((key, value));
            None
        }
    })
}

#[cfg(test)]
mod tests;
