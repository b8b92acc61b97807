//! A catalog at hand: its releases, read once each.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use super::{Failure, judgement};
use crate::{
    catalog::{ReadContext, Release, Wish, choose, misplaced},
    charter::Charter,
    data::Value,
    diag::Diagnostic,
    guard::Bundle,
    lock::Part,
    manifest::{Kind, Manifest},
    plan::layer_data,
    source::{Source, SourceError},
    tree::{Digest, Tree},
    version::Version,
};

/// A catalog at hand.
pub(super) struct Shelf {
    source: Source,
    charter: Charter,
    /// What all golden paths of the catalog share.
    pub(super) data: Value,
    read: Mutex<BTreeMap<(String, Version), Arc<Release>>>,
    /// The policies that judge every service, once they are read.
    policies: OnceLock<Bundle>,
}

/// The version of this program.
pub(super) fn flagstone_version() -> Version {
    env!("CARGO_PKG_VERSION").parse().expect("our own version is one")
}

impl Shelf {
    /// The catalog in the binary.
    pub(super) fn embedded() -> Result<Self, Failure> {
        Self::of(Source::embedded()?)
    }

    /// The catalog in a folder.
    pub(super) fn directory(folder: &Path) -> Result<Self, Failure> {
        let source = Source::directory(folder).map_err(|error| {
            let help = "name a folder that holds `<golden path>/<version>/golden-path.yaml`";
            Failure::outside_with_help(error, help)
        })?;
        Self::of_some(source)?.ok_or_else(|| {
            let message = format!("there is no golden path in `{}`", folder.display());
            let help = "a catalog holds `<golden path>/<version>/golden-path.yaml`";
            Failure::mistake(Diagnostic::error("empty-catalog", message).help(help))
        })
    }

    /// The catalog in a folder; `None` if that holds no golden path.
    pub(super) fn directory_if_any(folder: &Path) -> Result<Option<Self>, Failure> {
        Self::of_some(Source::directory(folder).map_err(Failure::outside)?)
    }

    fn of_some(source: Source) -> Result<Option<Self>, Failure> {
        let is_empty = source.names().next().is_none();
        if is_empty { Ok(None) } else { Self::of(source).map(Some) }
    }

    fn of(source: Source) -> Result<Self, Failure> {
        let charter = match source.charter()? {
            Some(document) => Charter::parse(&document)?,
            None => Charter::default(),
        };
        let data = layer_data(&source.data()?, source.label(), &Value::Null)?;
        Ok(Self { source, charter, data, read: Mutex::default(), policies: OnceLock::new() })
    }

    /// The names of all golden paths and layers.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.source.names()
    }

    /// The versions of a golden path or layer, oldest first.
    pub(super) fn versions(&self, name: &str) -> &[Version] {
        self.source.versions(name)
    }

    /// Every file of one version, whether its manifest is right or not.
    pub(super) fn files(&self, name: &str, version: &Version) -> Result<Tree, Failure> {
        Ok(self.source.release(name, version)?)
    }

    /// The same; what can't be a file of a version is told, with its place in the version's folder.
    pub(super) fn readable(
        &self,
        name: &str,
        version: &Version,
    ) -> Result<Result<Tree, (PathBuf, SourceError)>, Failure> {
        match self.source.release(name, version) {
            Ok(files) => Ok(Ok(files)),
            Err(error) => match error.wrong_file() {
                Some(file) => Ok(Err((file.to_owned(), error))),
                None => Err(error.into()),
            },
        }
    }

    /// What people call a file of the catalog: `name/version/path`.
    pub(super) fn file_label(&self, file: &str) -> String {
        self.source.file_label(file)
    }

    /// The manifest of one version, without the rest of its files.
    pub(super) fn manifest(&self, name: &str, version: &Version) -> Result<Manifest, Failure> {
        match self.source.manifest(name, version)? {
            Some(document) => Ok(Manifest::parse(&document, &flagstone_version())?),
            None => Err(Failure::mistake(Diagnostic::error(
                "manifest",
                format!("`{name}` {version} has no manifest"),
            ))),
        }
    }

    /// The newest version of everything in the catalog.
    pub(super) fn newest(&self) -> Result<Vec<Manifest>, Failure> {
        let newest = |name: &str| {
            let wish = Wish { kind: Kind::GoldenPath, name, range: None, place: None };
            let version = choose(&wish, &mut self.names(), self.versions(name))?;
            let manifest = self.manifest(name, version)?;
            let mistakes = misplaced(&manifest, name, version);
            if mistakes.is_empty() { Ok(manifest) } else { Err(Failure::Mistakes(mistakes)) }
        };
        let manifests: Vec<_> = self.names().map(newest).collect();
        let mut mistakes = Vec::new();
        let mut good = Vec::new();
        for manifest in manifests {
            match manifest {
                Ok(manifest) => good.push(manifest),
                Err(Failure::Mistakes(found)) => mistakes.extend(found),
                Err(failure) => return Err(failure),
            }
        }
        if mistakes.is_empty() { Ok(good) } else { Err(Failure::Mistakes(mistakes)) }
    }

    /// The highest version that a wish allows, with its files.
    pub(super) fn release(&self, wish: &Wish<'_>) -> Result<Arc<Release>, Failure> {
        let version = choose(wish, &mut self.names(), self.versions(wish.name))?;
        let key = (wish.name.to_owned(), version.clone());
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(release) = read.get(&key) {
            return of_kind(release, wish);
        }
        let release = Arc::new(self.read_release(wish.name, version)?);
        read.insert(key, release.clone());
        of_kind(&release, wish)
    }

    /// Exactly this version, with its files.
    pub(super) fn exact(
        &self,
        kind: Kind,
        name: &str,
        version: &Version,
    ) -> Result<Arc<Release>, Failure> {
        let range = version.exactly();
        self.release(&Wish { kind, name, range: Some(&range), place: None })
    }

    /// Exactly what a lock names, to the byte.
    pub(super) fn locked(&self, kind: Kind, part: &Part) -> Result<Arc<Release>, Failure> {
        let release = self.exact(kind, &part.name, &part.version)?;
        if release.digest == part.digest {
            return Ok(release);
        }
        let message =
            format!("`{}` is not what it was when this service was made from it", release.label());
        Err(Failure::mistake(
            Diagnostic::error("changed-release", message)
                .note(format!("the lock says       {}", part.digest))
                .note(format!("the catalog holds   {}", release.digest))
                .help("ask the catalog's owner: a released version must never change"),
        ))
    }

    /// The newest version of a golden path or layer, if it is newer than `version`; none that is
    /// still in the making.
    pub(super) fn newer(&self, name: &str, version: &Version) -> Option<&Version> {
        self.versions(name).iter().rfind(|it| !it.is_prerelease()).filter(|it| *it > version)
    }

    /// Whether the catalog's charter says that a version is released, and so never changes.
    pub(super) fn is_released(&self, name: &str, version: &Version) -> bool {
        self.charter.releases.contains_key(&(name.to_owned(), version.to_string()))
    }

    /// One version, whatever kind of thing it is and whether or not it was changed after its release;
    /// `None` if it can't be read.
    pub(super) fn any(&self, name: &str, version: &Version) -> Option<Arc<Release>> {
        let key = (name.to_owned(), version.clone());
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(release) = read.get(&key) {
            return Some(release.clone());
        }
        let files = self.source.release(name, version).ok()?;
        let label = |file: &str| self.file_label(file);
        let context = ReadContext { label: &label, flagstone: &flagstone_version() };
        let release = Arc::new(Release::read(files, name, version, &context).ok()?);
        read.insert(key, release.clone());
        Some(release)
    }

    /// The digest that a version was released with, if it was.
    pub(super) fn released(&self, name: &str, version: &Version) -> Option<Digest> {
        self.charter.releases.get(&(name.to_owned(), version.to_string())).copied()
    }

    /// The policies that judge every service of the catalog, and their data.
    pub(super) fn policies(&self) -> Result<Bundle, Failure> {
        if let Some(policies) = self.policies.get() {
            return Ok(policies.clone());
        }
        let sources = &self.charter.sources;
        let files = self.source.beside(sources.paths())?;
        let policies = judgement::of_catalog(&self.charter.name, (sources, &files))?;
        Ok(self.policies.get_or_init(|| policies).clone())
    }

    /// The team that answers for the catalog.
    pub(super) fn owner(&self) -> &str {
        &self.charter.owner
    }

    fn read_release(&self, name: &str, version: &Version) -> Result<Release, Failure> {
        let files = self.source.release(name, version)?;
        let label = |file: &str| self.file_label(file);
        let context = ReadContext { label: &label, flagstone: &flagstone_version() };
        let release = Release::read(files, name, version, &context)?;
        let released = self.charter.releases.get(&(name.to_owned(), version.to_string()));
        match released {
            Some(digest) if *digest != release.digest => Err(Failure::mistake(
                Diagnostic::error(
                    "changed-release",
                    format!("`{}` was changed after its release", release.label()),
                )
                .note(format!("the catalog says {digest}"))
                .note(format!("its files are    {}", release.digest))
                .help("restore its files, or release the change as a new version"),
            )),
            _ => Ok(release),
        }
    }
}

/// A wish for a golden path is not met by a layer, nor the other way round.
fn of_kind(release: &Arc<Release>, wish: &Wish<'_>) -> Result<Arc<Release>, Failure> {
    if release.manifest.kind == wish.kind {
        return Ok(release.clone());
    }
    let (is, wanted, help) = match wish.kind {
        Kind::GoldenPath => {
            ("a layer", "a golden path", "`flagstone catalog list` shows the golden paths")
        }
        Kind::Layer => ("a golden path", "a layer", "mend `layers` of the golden path"),
    };
    let message = format!("`{}` is {is}, not {wanted}", wish.name);
    let mistake = Diagnostic::error("wrong-kind", message).at(wish.place.clone());
    Err(Failure::mistake(mistake.help(help)))
}
