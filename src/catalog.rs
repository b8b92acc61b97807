//! Golden paths to choose from: versions by range, a release with its manifest, and a search by words.
//!
//! **Invariant:** pure; `source` brings the files.

mod search;

pub use search::{Field, Hit, Match, Searched, search};

use rayon::prelude::*;

use crate::{
    diag::Diagnostic,
    manifest::{FILE, Kind, Manifest},
    name,
    text::{Document, Place},
    tree::{Digest, Tree},
    version::{Range, Version},
};

/// One version of a golden path or layer.
#[derive(Debug, Clone)]
pub struct Release {
    /// What it asks and composes.
    pub manifest: Manifest,
    /// Everything in its folder.
    pub files: Tree,
    /// The digest of what renders: manifest, `template/`, `partials/`, `data/`, `policies/`.
    pub digest: Digest,
}

/// The folders that a digest covers, beside the manifest.
const DIGESTED: [&str; 4] = ["template", "partials", "data", "policies"];

impl Release {
    /// Reads the manifest among a version's files. `label` is what people call a file of them.
    ///
    /// # Errors
    /// Every mistake of the manifest; also if it is of another name or version than its folder.
    pub fn read(
        files: Tree,
        name: &str,
        version: &Version,
        context: &ReadContext<'_>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let label = (context.label)(&format!("{name}/{version}/{FILE}"));
        let Some(text) = files.file(FILE).and_then(|entry| entry.text()) else {
            let message = format!("`{label}` is not UTF-8 text");
            return Err(vec![Diagnostic::error("manifest", message)]);
        };
        let manifest = Manifest::parse(&Document::new(label, text), context.flagstone)?;
        let mistakes = misplaced(&manifest, name, version);
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let digest = digest(&files);
        Ok(Self { manifest, files, digest })
    }

    /// The digest of a version's files.
    pub fn digest_of(files: &Tree) -> Digest {
        digest(files)
    }

    /// The docs of the release, if it has any.
    pub fn docs(&self) -> Option<&str> {
        self.files.file("README.md").and_then(|entry| entry.text())
    }

    /// `name@version`.
    pub fn label(&self) -> String {
        format!("{}@{}", self.manifest.metadata.name, self.manifest.metadata.version)
    }
}

/// What reading a release needs to know of its surroundings.
pub struct ReadContext<'a> {
    /// What people call a file of the catalog.
    pub label: &'a dyn Fn(&str) -> String,
    /// The version of this program.
    pub flagstone: &'a Version,
}

/// A wish for a version of a golden path or layer.
#[derive(Debug, Clone)]
pub struct Wish<'a> {
    /// The kind of thing that is wanted.
    pub kind: Kind,
    /// Its name.
    pub name: &'a str,
    /// The versions that will do; any release where nothing is said.
    pub range: Option<&'a Range>,
    /// Where the wish stands, if it stands in a text.
    pub place: Option<Place>,
}

/// The highest version that a wish allows. Without a range, a pre-release is chosen only where
/// there is nothing else.
///
/// # Errors
/// If there is no such name, or no version in the range; with what there is.
pub fn choose<'a>(
    wish: &Wish<'_>,
    names: &mut dyn Iterator<Item = &'a str>,
    versions: &'a [Version],
) -> Result<&'a Version, Box<Diagnostic>> {
    if versions.is_empty() {
        return Err(Box::new(unknown(wish, names)));
    }
    let in_range = |version: &&Version| wish.range.is_none_or(|range| range.matches(version));
    let of_release = |version: &&Version| !version.is_prerelease();
    let last = match wish.range {
        Some(_) => versions.iter().rfind(in_range),
        None => versions.iter().rfind(of_release).or_else(|| versions.last()),
    };
    last.ok_or_else(|| Box::new(out_of_range(wish, versions)))
}

fn unknown(wish: &Wish<'_>, names: &mut dyn Iterator<Item = &str>) -> Diagnostic {
    let noun = noun(wish.kind);
    Diagnostic::error("unknown-golden-path", format!("there is no {noun} `{}`", wish.name))
        .at(wish.place.clone())
        .help("`flagstone catalog list` shows what there is")
        .maybe_help(name::did_you_mean(wish.name, names))
}

fn out_of_range(wish: &Wish<'_>, versions: &[Version]) -> Diagnostic {
    let range = wish.range.map(ToString::to_string).unwrap_or_default();
    let known: Vec<_> = versions.iter().map(ToString::to_string).collect();
    let message = format!("{} `{}` has no version in `{range}`", noun(wish.kind), wish.name);
    Diagnostic::error("no-such-version", message)
        .at(wish.place.clone())
        .help(format!("there are: {}", known.join(", ")))
}

const fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::GoldenPath => "golden path",
        Kind::Layer => "layer",
    }
}

/// Where a manifest and its folders disagree about its name or version.
pub fn misplaced(manifest: &Manifest, name: &str, version: &Version) -> Vec<Diagnostic> {
    let mut mistakes = Vec::new();
    let place = || Some(manifest.document.place(crate::text::Span::default()));
    let stated = &manifest.metadata;
    if stated.name != name {
        let message = format!("the manifest says `{}`, its folder `{name}`", stated.name);
        mistakes.push(Diagnostic::error("misplaced", message).at(place()));
    }
    if stated.version != *version {
        let message = format!("the manifest says {}, its folder {version}", stated.version);
        mistakes.push(Diagnostic::error("misplaced", message).at(place()));
    }
    mistakes
}

/// The digest of what renders; docs and cases may change after a release.
fn digest(files: &Tree) -> Digest {
    let renders = |path: &str| {
        path == FILE || path.split_once('/').is_some_and(|(top, _)| DIGESTED.contains(&top))
    };
    let files: Vec<_> = files.iter().filter(|(path, _)| renders(path.as_str())).collect();
    let lines: Vec<_> = files.par_iter().map(|(path, entry)| Digest::line(path, entry)).collect();
    Digest::of(lines.concat().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(texts: &[&str]) -> Vec<Version> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn chosen(range: Option<&str>, texts: &[&str]) -> Result<String, String> {
        let range = range.map(|range| range.parse().unwrap());
        let wish = Wish { kind: Kind::GoldenPath, name: "svc", range: range.as_ref(), place: None };
        let versions = versions(texts);
        choose(&wish, &mut ["svc"].into_iter(), &versions)
            .map(ToString::to_string)
            .map_err(|mistake| mistake.message)
    }

    #[test]
    fn the_highest_version_in_the_range_is_chosen() {
        assert_eq!(chosen(Some("^1"), &["1.0.0", "1.10.0", "2.0.0"]), Ok("1.10.0".to_owned()));
        assert_eq!(chosen(None, &["1.0.0", "2.0.0", "3.0.0-rc.1"]), Ok("2.0.0".to_owned()));
        assert_eq!(chosen(None, &["3.0.0-rc.1"]), Ok("3.0.0-rc.1".to_owned()));
        let message = "golden path `svc` has no version in `^3`".to_owned();
        assert_eq!(chosen(Some("^3"), &["1.0.0"]), Err(message));
    }

    #[test]
    fn an_unknown_name_is_met_with_the_nearest() {
        let wish = Wish { kind: Kind::GoldenPath, name: "rust-servce", range: None, place: None };
        let mistake = choose(&wish, &mut ["rust-service"].into_iter(), &[]).unwrap_err();
        assert_eq!(mistake.help.as_deref(), Some("did you mean `rust-service`?"));
    }
}
