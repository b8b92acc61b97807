//! `flagstone path impact`: the files and lines that the answer to a parameter reaches.

use std::path::PathBuf;

use clap::Args;

use super::subject::Subject;
use crate::{
    catalog::{Release, Wish},
    cli::{Context, Exit, Failure},
    diag::Diagnostic,
    impact::{Part, impact},
    manifest::Kind,
    name,
    ui::{human, json_v1},
};

/// Show the files and lines that the answer to a parameter reaches.
///
/// Follows it through defaults, computed values, conditions, layers, partials and the names of files.
#[derive(Debug, Args)]
pub(super) struct ImpactArguments {
    /// The parameter.
    #[arg(value_name = "PARAM")]
    parameter: String,
    /// A version's folder, or a golden path's: then its newest version.
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
}

pub(super) fn run(context: &Context, arguments: &ImpactArguments) -> Result<Exit, Failure> {
    let subject = Subject::find(context, &arguments.folder)?;
    let (shelf, wanted) = subject.only()?;
    let kind = shelf.manifest(&wanted.name, &wanted.version)?.kind;
    let release = shelf.exact(kind, &wanted.name, &wanted.version)?;
    check(&release, &arguments.parameter)?;
    let uses = &release.manifest.layers;
    let layers = uses.iter().map(|layer| {
        let range = Some(&layer.version);
        let place = Some(layer.place.clone());
        let wish = Wish { kind: Kind::Layer, name: &layer.name, range, place };
        Ok((layer, shelf.release(&wish)?))
    });
    let layers = layers.collect::<Result<Vec<_>, Failure>>()?;
    let layers: Vec<_> = layers.iter().map(|(layer, release)| (*layer, part(release))).collect();
    let impact = impact(&arguments.parameter, part(&release), &layers).map_err(Failure::mistake)?;
    let human = human::impact(&arguments.parameter, &impact, context.screen.result_look());
    context.show(&human, &json_v1::Impact::new(&arguments.parameter, &impact))?;
    Ok(Exit::Done)
}

fn part(release: &Release) -> Part<'_> {
    Part { manifest: &release.manifest, files: &release.files }
}

fn check(release: &Release, parameter: &str) -> Result<(), Failure> {
    let names = || release.manifest.parameters.iter().map(|it| it.name.as_str());
    if names().any(|it| it == parameter) {
        return Ok(());
    }
    let message = format!("`{}` has no parameter `{parameter}`", release.label());
    let all = format!("there are: {}", names().collect::<Vec<_>>().join(", "));
    let help = name::did_you_mean(parameter, names()).unwrap_or(all);
    Err(Failure::mistake(Diagnostic::error("unknown-parameter", message).help(help)))
}
