//! The golden paths of this repository, read from their manifests and cases.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use serde_yaml::Value;

use crate::workspace;

/// One version of one golden path.
#[derive(Debug)]
pub(crate) struct GoldenPath {
    pub(crate) name: String,
    pub(crate) version: String,
    /// Whether no other version is newer.
    pub(crate) is_newest: bool,
    pub(crate) tags: Vec<String>,
    pub(crate) verify: Vec<Check>,
    pub(crate) cases: Vec<Case>,
}

/// A command that the rendered repository must pass.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Check {
    pub(crate) name: String,
    pub(crate) run: Vec<String>,
}

/// One set of answers.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) parameters: Vec<(String, Value)>,
    /// Whether these answers make no repository.
    pub(crate) is_refused: bool,
}

/// Every version of each golden path below `folder`, oldest first; layers are rendered as their parts.
pub(crate) fn versions(folder: &Path) -> Result<Vec<GoldenPath>> {
    let mut paths = Vec::new();
    for path in folders(folder)? {
        let mut versions: Vec<(Version, PathBuf)> = folders(&path)?
            .into_iter()
            .filter_map(|it| Some((Version::parse(it.file_name()?.to_str()?)?, it)))
            .collect();
        versions.sort();
        for (index, (_, version)) in versions.iter().enumerate() {
            let manifest = version.join("golden-path.yaml");
            let text = workspace::read(&manifest)?;
            let read = GoldenPath::parse(&text, cases(version)?)
                .with_context(|| format!("in `{}`", manifest.display()))?;
            let is_newest = index + 1 == versions.len();
            paths.extend(read.map(|path| GoldenPath { is_newest, ..path }));
        }
    }
    Ok(paths)
}

/// The folders in a folder, sorted; none where it doesn't exist.
fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    let list =
        fs::read_dir(folder).with_context(|| format!("failed to list `{}`", folder.display()))?;
    for entry in list {
        found.push(entry?.path());
    }
    found.retain(|it| it.is_dir());
    found.sort();
    Ok(found)
}

fn cases(version: &Path) -> Result<Vec<Case>> {
    let folder = version.join("cases");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder)? {
        files.push(entry?.path());
    }
    files.retain(|it| it.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    files
        .into_iter()
        .map(|file| {
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let text = workspace::read(&file)?;
            Case::parse(name, &text).with_context(|| format!("in `{}`", file.display()))
        })
        .collect()
}

impl GoldenPath {
    /// Reads a manifest; none for a layer.
    fn parse(manifest: &str, cases: Vec<Case>) -> Result<Option<Self>> {
        let manifest: Value = serde_yaml::from_str(manifest)?;
        match manifest["kind"].as_str() {
            Some("GoldenPath") => {}
            Some("Layer") => return Ok(None),
            _ => bail!("`kind` is neither GoldenPath nor Layer"),
        }
        let metadata = &manifest["metadata"];
        let checks = manifest["verify"].as_sequence().map(Vec::as_slice).unwrap_or_default();
        Ok(Some(Self {
            name: text(metadata, "name")?,
            version: text(metadata, "version")?,
            is_newest: true,
            tags: texts(&metadata["tags"]),
            verify: checks
                .iter()
                .map(|check| Ok(Check { name: text(check, "name")?, run: texts(&check["run"]) }))
                .collect::<Result<_>>()?,
            cases,
        }))
    }

    /// Whether it renders a server that one can ask.
    pub(crate) fn is_http(&self) -> bool {
        self.tags.iter().any(|tag| tag == "http")
    }
}

impl Case {
    fn parse(name: String, text: &str) -> Result<Self> {
        Self::read(name, &serde_yaml::from_str(text)?)
    }

    /// Reads the answers of what is like a case.
    pub(crate) fn read(name: String, case: &Value) -> Result<Self> {
        let mut parameters = Vec::new();
        for (key, value) in case["parameters"].as_mapping().into_iter().flatten() {
            let key = key.as_str().context("a parameter's name is no text")?;
            parameters.push((key.to_string(), value.clone()));
        }
        let is_refused = !case["expect"]["refused"].is_null();
        Ok(Self { name, parameters, is_refused })
    }

    /// The answers as flags of `flagstone new`: texts as they are, lists and maps as JSON.
    pub(crate) fn flags(&self) -> Vec<String> {
        let set = |(key, value): &(String, Value)| {
            let value = match value {
                Value::String(text) => text.clone(),
                other => json(other),
            };
            ["--set".to_string(), format!("{key}={value}")]
        };
        self.parameters.iter().flat_map(set).collect()
    }

    /// The answer to one parameter, if it is a text.
    pub(crate) fn answer(&self, parameter: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == parameter)?.1.as_str()
    }
}

/// A YAML value as JSON.
fn json(value: &Value) -> String {
    match value {
        Value::Null => "null".to_string(),
        Value::Bool(it) => it.to_string(),
        Value::Number(it) => it.to_string(),
        Value::String(it) => json_text(it),
        Value::Sequence(it) => format!("[{}]", it.iter().map(json).collect::<Vec<_>>().join(",")),
        Value::Mapping(it) => {
            let pair = |(key, value): (&Value, &Value)| {
                format!("{}:{}", json_text(key.as_str().unwrap_or_default()), json(value))
            };
            format!("{{{}}}", it.iter().map(pair).collect::<Vec<_>>().join(","))
        }
        Value::Tagged(it) => json(&it.value),
    }
}

fn json_text(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

pub(crate) fn text(value: &Value, key: &str) -> Result<String> {
    let text = value[key].as_str().with_context(|| format!("`{key}` is missing or no text"))?;
    Ok(text.to_string())
}

fn texts(value: &Value) -> Vec<String> {
    let list = value.as_sequence().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|it| it.as_str()).map(str::to_string).collect()
}

/// A version as a folder's name; a pre-release comes before its release.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    numbers: Vec<u64>,
    is_release: bool,
    label: String,
}

impl Version {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let (numbers, label) = name.split_once('-').unwrap_or((name, ""));
        let numbers: Vec<u64> =
            numbers.split('.').map(|it| it.parse().ok()).collect::<Option<_>>()?;
        (numbers.len() == 3).then(|| Self {
            numbers,
            is_release: label.is_empty(),
            label: label.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_is_the_greatest_not_the_last_by_letters() {
        let mut versions: Vec<_> = ["1.10.0", "1.9.0", "2.0.0-rc.1", "1.2.0"]
            .into_iter()
            .filter_map(Version::parse)
            .collect();
        versions.push(Version::parse("2.0.0").expect("a version"));
        versions.sort();
        let last: Vec<_> =
            versions.iter().rev().map(|it| (&it.numbers[..], it.is_release)).collect();
        assert_eq!(last[0], (&[2, 0, 0][..], true));
        assert_eq!(last[1], (&[2, 0, 0][..], false));
        assert_eq!(last[2], (&[1, 10, 0][..], true));
        assert_eq!(Version::parse("template"), None);
    }

    #[test]
    fn every_version_is_found_and_the_newest_is_known() {
        let folder = workspace::Scratch::new("versions").expect("a folder for the test");
        for (name, version) in [("a", "1.9.0"), ("a", "1.10.0"), ("b", "2.0.0")] {
            let version_folder = folder.path().join(name).join(version);
            fs::create_dir_all(&version_folder).expect("a folder for the test");
            let manifest =
                format!("{{kind: GoldenPath, metadata: {{name: {name}, version: {version}}}}}");
            fs::write(version_folder.join("golden-path.yaml"), manifest).expect("it is written");
        }
        let found = versions(folder.path()).expect("they are read");
        let found: Vec<_> =
            found.iter().map(|it| (&it.name[..], &it.version[..], it.is_newest)).collect();
        assert_eq!(found, [("a", "1.9.0", false), ("a", "1.10.0", true), ("b", "2.0.0", true)]);
    }

    #[test]
    fn a_manifest_gives_what_must_be_verified() {
        let manifest = "
kind: GoldenPath
metadata: {name: rust-service, version: 1.0.0, tags: [rust, http]}
verify:
  - {name: tests, run: [cargo, test, --locked]}
";
        let path = GoldenPath::parse(manifest, Vec::new()).expect("it is read").expect("a path");
        assert!(path.is_http());
        assert_eq!(path.version, "1.0.0");
        let run = ["cargo", "test", "--locked"].map(String::from).to_vec();
        assert_eq!(path.verify, [Check { name: "tests".to_string(), run }]);
    }

    #[test]
    fn a_layer_is_left_out_and_nonsense_is_an_error() {
        assert!(GoldenPath::parse("kind: Layer", Vec::new()).expect("it is read").is_none());
        assert!(GoldenPath::parse("kind: Pod", Vec::new()).is_err());
        assert!(GoldenPath::parse("{kind: GoldenPath, metadata: {name: a}}", Vec::new()).is_err());
    }

    #[test]
    fn answers_become_flags() {
        let case = "parameters: {name: orders-api, port: 8080, tls: false, list: [a, \"b\\\"c\"], map: {x: 1}}";
        let case = Case::parse("defaults".to_string(), case).expect("it is read");
        assert_eq!(
            case.flags(),
            [
                "--set",
                "name=orders-api",
                "--set",
                "port=8080",
                "--set",
                "tls=false",
                "--set",
                "list=[\"a\",\"b\\\"c\"]",
                "--set",
                "map={\"x\":1}"
            ]
        );
        assert_eq!(case.answer("name"), Some("orders-api"));
        assert_eq!(case.answer("port"), None);
    }
}
