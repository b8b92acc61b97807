//! Which version a service goes to.

use std::sync::Arc;

use crate::{
    catalog::{Release, Wish},
    cli::{Failure, service::Service, shelf::Shelf},
    diag::Diagnostic,
    manifest::{Kind, Step},
    migrate,
    version::{Range, Version},
};

/// Which version is wished for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Goal {
    /// The highest in the spec's range.
    Newest,
    /// Exactly this one, or the highest of this range.
    To(To),
    /// The one that the service has.
    Same,
}

/// What stands behind `--to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum To {
    /// A version.
    Version(Version),
    /// A range.
    Range(Range),
}

/// The version that a service goes to.
pub(super) struct Target {
    /// The version with its files.
    pub(super) release: Arc<Release>,
    /// The range that the spec shall have, where it must be another one.
    pub(super) range: Option<Range>,
    /// The steps of the migrations on the way.
    pub(super) steps: Vec<Step>,
    /// The newest version, if the range leaves it out.
    pub(super) newer: Option<Version>,
    /// What is worth a look.
    pub(super) warnings: Vec<Diagnostic>,
}

/// Whether an older version than the one at hand may be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Downgrade {
    /// It is an error.
    Refused,
    /// It was asked for.
    Allowed,
}

impl std::str::FromStr for To {
    type Err = crate::version::VersionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let version = text.parse().map(Self::Version);
        version.or_else(|error| text.parse().map(Self::Range).map_err(|_| error))
    }
}

/// Chooses the version.
pub(super) fn choose(
    service: &Service,
    shelf: &Shelf,
    goal: &Goal,
    downgrade: Downgrade,
) -> Result<Target, Failure> {
    let locked = &service.lock.golden_path;
    let spec = &service.spec.spec;
    if spec.golden_path != locked.name {
        return Err(Failure::mistake(other_golden_path(service)));
    }
    let wish = |range| Wish {
        kind: Kind::GoldenPath,
        name: &locked.name,
        range,
        place: match shelf.versions(&locked.name) {
            // Another catalog was named than the one that the service is from.
            [] => None,
            _ => Some(service.spec.range.clone()),
        },
    };
    let release = match goal {
        Goal::Newest => shelf.release(&wish(spec.range.as_ref()))?,
        Goal::To(To::Range(range)) => shelf.release(&Wish { place: None, ..wish(Some(range)) })?,
        Goal::To(To::Version(version)) => shelf.exact(Kind::GoldenPath, &locked.name, version)?,
        Goal::Same => {
            check_range(service)?;
            shelf.exact(Kind::GoldenPath, &locked.name, &locked.version)?
        }
    };
    let to = &release.manifest.metadata.version;
    if *to < locked.version && downgrade == Downgrade::Refused {
        return Err(Failure::mistake(older(service, to, goal)));
    }
    let is_in_range = spec.range.as_ref().is_none_or(|range| range.matches(to));
    Ok(Target {
        range: (!is_in_range).then(|| to.compatible()),
        steps: steps(service, shelf, &release)?,
        newer: shelf.newer(&locked.name, to.max(&locked.version)).cloned(),
        warnings: changed_since(service, shelf, &release)?.into_iter().collect(),
        release,
    })
}

/// The steps of the golden path's migrations.
fn steps(service: &Service, shelf: &Shelf, release: &Release) -> Result<Vec<Step>, Failure> {
    let locked = &service.lock.golden_path.version;
    let to = &release.manifest.metadata.version;
    if to >= locked {
        return Ok(migrate::forward(&release.manifest, locked));
    }
    match shelf.exact(Kind::GoldenPath, &service.lock.golden_path.name, locked) {
        Ok(newer) => Ok(migrate::backward(&newer.manifest, to)),
        // Without its manifest nobody knows what the newer version has renamed.
        Err(Failure::Mistakes(_)) => Ok(Vec::new()),
        Err(failure) => Err(failure),
    }
}

/// A released version never changes: the lock says which bytes it had. One that is not released may
/// change under its name, which is said.
fn changed_since(
    service: &Service,
    shelf: &Shelf,
    release: &Release,
) -> Result<Option<Diagnostic>, Failure> {
    let locked = &service.lock.golden_path;
    if locked.version != release.manifest.metadata.version || locked.digest == release.digest {
        return Ok(None);
    }
    let label = release.label();
    let notes = [
        format!("the lock says       {}", locked.digest),
        format!("the catalog holds   {}", release.digest),
    ];
    let noted = |mistake: Diagnostic| notes.iter().fold(mistake, |it, note| it.note(note.clone()));
    if shelf.is_released(&locked.name, &locked.version) {
        let message = format!("`{label}` is not what it was when this service was made from it");
        let mistake = noted(Diagnostic::error("changed-release", message));
        return Err(Failure::mistake(
            mistake.help("ask the catalog's owner: a released version must never change"),
        ));
    }
    let message = format!("`{label}` is not released, and has changed since");
    Ok(Some(noted(Diagnostic::warning("changed-since", message))))
}

fn check_range(service: &Service) -> Result<(), Failure> {
    let locked = &service.lock.golden_path;
    match &service.spec.spec.range {
        Some(range) if !range.matches(&locked.version) => {
            let message =
                format!("the spec wants `{range}`, and the service is at {}", locked.version);
            Err(Failure::mistake(
                Diagnostic::error("version", message)
                    .at(service.spec.range.clone())
                    .help("`flagstone upgrade` takes it to a version in that range"),
            ))
        }
        _ => Ok(()),
    }
}

fn other_golden_path(service: &Service) -> Diagnostic {
    let (wanted, has) = (&service.spec.spec.golden_path, &service.lock.golden_path.name);
    let message = format!("the spec wants `{wanted}`, and the service is made from `{has}`");
    Diagnostic::error("other-golden-path", message)
        .at(service.spec.golden_path.clone())
        .help(format!("name `{has}` again; a service can't change its golden path"))
}

fn older(service: &Service, to: &Version, goal: &Goal) -> Diagnostic {
    let has = &service.lock.golden_path.version;
    let message = match goal {
        Goal::To(_) => format!("{to} is older than {has}, which the service has"),
        Goal::Newest | Goal::Same => {
            format!("the newest version in the spec's range is {to}, and the service has {has}")
        }
    };
    Diagnostic::error("older-version", message)
        .help("pass `--allow-downgrade` to go back; edits of the team stay")
}
