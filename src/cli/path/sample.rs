//! One version of a golden path or layer, rendered with the answers of a case.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{subject::Subject, test::given, told};
use crate::{
    answer::Origin,
    case::{self, Case, FOLDER},
    catalog::Release,
    cli::{Failure, arguments::setting, render::layers, shelf::Shelf},
    compose::{Answered, plan_of},
    diag::Diagnostic,
    name,
    plan::Plan,
    resolve::{Asking, Given, Questionnaire, Resolved, read_text, resolve},
    text::Document,
    version::Version,
};

/// Which answers to render with.
#[derive(Debug, Clone, Args)]
pub(super) struct Sample {
    /// Take the answers of `cases/CASE.yaml` [default: `defaults`, else the first there is].
    #[arg(long, value_name = "CASE")]
    case: Option<String>,
    /// Answer a parameter, over the case.
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    set: Vec<(String, String)>,
}

/// What came of it.
pub(super) struct Rendered {
    /// The files.
    pub(super) plan: Plan,
    /// The case whose answers were taken.
    pub(super) case: Option<String>,
}

/// A version in a catalog's folder.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// The catalog's folder.
    pub(super) catalog: PathBuf,
    /// The golden path or layer.
    pub(super) name: String,
    /// Its version.
    pub(super) version: Version,
}

impl Wanted {
    /// Reads and renders it.
    pub(super) fn render(&self, sample: &Sample) -> Result<Rendered, Failure> {
        let shelf = Shelf::directory(&self.catalog)?;
        let kind = shelf.manifest(&self.name, &self.version)?.kind;
        let release = shelf.exact(kind, &self.name, &self.version)?;
        let case = sample.case(&release)?;
        let mut given = case.as_ref().map(|it| given(&it.parameters)).unwrap_or_default();
        for (name, text) in &sample.set {
            let mut parameters = release.manifest.parameters.iter();
            let shape = parameters.find(|it| it.name == *name).map(|it| &it.shape);
            let value = shape.map_or_else(|| text.as_str().into(), |it| read_text(it, text));
            given.insert(name.clone(), Given::new(value, Origin::Flag));
        }
        let questionnaire =
            Questionnaire::new(&release.manifest.parameters, &release.manifest.rules)?;
        let Resolved { answers, .. } = resolve(&questionnaire, &given, Asking::Nobody)
            .map_err(|error| told::of_sample(error.into(), case.as_ref()))?;
        let (layers, _) = layers(&shelf, &release, &answers)?;
        let path = Answered { release, answers };
        let parts: Vec<_> = [&path].into_iter().chain(&layers).collect();
        let plan = plan_of(&parts, &shelf.data)?;
        Ok(Rendered { plan, case: case.map(|it| it.name) })
    }

    /// The folders of it and of the layers that it may take, as far as they can be found now.
    pub(super) fn folders(&self) -> Vec<PathBuf> {
        let of = |name: &str, version: &Version| self.catalog.join(name).join(version.to_string());
        let mut folders = vec![of(&self.name, &self.version)];
        let Ok(shelf) = Shelf::directory(&self.catalog) else { return folders };
        let Ok(manifest) = shelf.manifest(&self.name, &self.version) else { return folders };
        for layer in &manifest.layers {
            let versions = shelf.versions(&layer.name);
            let newest = versions.iter().rfind(|version| layer.version.matches(version));
            folders.extend(newest.map(|version| of(&layer.name, version)));
        }
        folders
    }
}

impl Sample {
    /// The case that was named, or the one that is taken where none was.
    fn case(&self, release: &Release) -> Result<Option<Case>, Failure> {
        let names = case::names(&release.files);
        let name = match &self.case {
            Some(name) if names.contains(name) => Some(name),
            Some(name) => return Err(no_case(release, name, &names)),
            None => names.iter().find(|it| *it == "defaults").or_else(|| names.first()),
        };
        let Some(name) = name else { return Ok(None) };
        let entry = release.files.file(&format!("{FOLDER}/{name}.yaml"));
        let text = entry.and_then(|it| it.text()).unwrap_or_default();
        let label = Path::new(release.manifest.document.name());
        let label = label.with_file_name(FOLDER).join(format!("{name}.yaml"));
        let document = Document::new(label.display().to_string(), text);
        Ok(Some(Case::parse(name, &document)?))
    }
}

/// The names of the cases that the newest of some versions has.
pub(in crate::cli) fn cases(subject: &Subject) -> impl Iterator<Item = String> {
    let newest = subject.versions.last();
    let files = newest.and_then(|(name, version)| subject.shelf.files(name, version).ok());
    files.map(|files| case::names(&files)).unwrap_or_default().into_iter()
}

fn no_case(release: &Release, name: &str, names: &[String]) -> Failure {
    let message = format!("`{}` has no case `{name}`", release.label());
    let help = match names {
        [] => format!("write one: `{FOLDER}/{name}.yaml`"),
        _ => format!("there are: {}", names.join(", ")),
    };
    let help = name::did_you_mean(name, names.iter().map(String::as_str)).unwrap_or(help);
    Failure::mistake(Diagnostic::error("no-case", message).help(help))
}
