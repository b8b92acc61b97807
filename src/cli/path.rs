//! `flagstone path`: what the authors of golden paths do with them.

mod impact;
mod lint;
mod new;
mod preview;
mod sample;
mod subject;
mod test;
mod told;

use std::path::PathBuf;

pub(super) use sample::cases;
pub(super) use subject::Subject;

use clap::{Args, Subcommand};

use super::{Context, Exit, Failure};

/// Write golden paths.
#[derive(Debug, Args)]
pub(super) struct PathArguments {
    #[command(subcommand)]
    command: PathCommand,
}

#[derive(Debug, Subcommand)]
enum PathCommand {
    New(new::NewArguments),
    Lint(lint::LintArguments),
    Preview(preview::PreviewArguments),
    Test(test::TestArguments),
    Impact(impact::ImpactArguments),
}

pub(super) fn run(context: &Context, arguments: &PathArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        PathCommand::New(arguments) => new::run(context, arguments),
        PathCommand::Lint(arguments) => lint::run(context, arguments),
        PathCommand::Preview(arguments) => preview::run(context, arguments),
        PathCommand::Test(arguments) => test::run(context, arguments),
        PathCommand::Impact(arguments) => impact::run(context, arguments),
    }
}

/// What `folders` hold, each version once; the folder that we are in where none is named.
fn subjects(context: &Context, folders: &[PathBuf]) -> Result<Vec<Subject>, Failure> {
    let here = [PathBuf::from(".")];
    let folders = if folders.is_empty() { &here[..] } else { folders };
    let mut subjects: Vec<Subject> = Vec::new();
    for folder in folders {
        let mut subject = Subject::find(context, folder)?;
        let same = subjects.iter_mut().find(|it| it.catalog == subject.catalog);
        match same {
            Some(same) => {
                subject.versions.retain(|it| !same.versions.contains(it));
                same.versions.append(&mut subject.versions);
            }
            None => subjects.push(subject),
        }
    }
    Ok(subjects)
}
