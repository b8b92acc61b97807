//! `flagstone path preview`: what a golden path makes, and what each edit changes in it.

use std::{path::PathBuf, sync::atomic::Ordering};

use clap::Args;

use super::{
    sample::{Rendered, Sample, Wanted},
    subject::Subject,
    told::Relative,
};
use crate::{
    cli::{Context, Exit, Failure, committer::watch_signals},
    diag::Diagnostic,
    source::Watched,
    tree::Tree,
    ui::{
        human::{self, Previewed},
        json_v1,
    },
};

/// Show what a golden path makes, and with each edit what that changes.
///
/// Renders a version in memory and shows the files; then waits, and for each change of its files, of
/// its layers' and of the catalog's data shows what it changes in what is made. A mistake is told, and
/// the wait goes on. Ctrl-C ends it.
#[derive(Debug, Args)]
pub(super) struct PreviewArguments {
    /// A version's folder, or a golden path's: then its newest version.
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    #[command(flatten)]
    sample: Sample,
    /// Show it once, and do not wait.
    #[arg(long)]
    once: bool,
}

pub(super) fn run(context: &Context, arguments: &PreviewArguments) -> Result<Exit, Failure> {
    if context.global.format.is_json() && !arguments.once {
        let mistake = Diagnostic::error("usage", "programs get one document");
        return Err(Failure::Usage(mistake.help("add `--once`")));
    }
    let (_, wanted) = Subject::find(context, &arguments.folder)?.only()?;
    if arguments.once {
        let rendered = render(context, &wanted, &arguments.sample)?;
        show(context, &wanted, &rendered)?;
        return Ok(Exit::Done);
    }
    watch(context, &wanted, &arguments.sample)
}

/// Renders it; mistakes stand at places as they are called here.
fn render(context: &Context, wanted: &Wanted, sample: &Sample) -> Result<Rendered, Failure> {
    let versions = [(wanted.name.as_str(), &wanted.version)];
    let relative = Relative::new(context, &wanted.catalog, versions);
    wanted.render(sample).map_err(|failure| relative.failure(failure))
}

/// What was shown last.
enum Shown {
    Nothing,
    Files(Tree),
    /// A mistake, and the files before it.
    Mistake(String, Option<Tree>),
}

fn watch(context: &Context, wanted: &Wanted, sample: &Sample) -> Result<Exit, Failure> {
    let interrupted = watch_signals()?;
    let is_ended = || interrupted.load(Ordering::Relaxed) || context.host.is_unread();
    let mut shown = Shown::Nothing;
    loop {
        // What changes while it is read shall be seen as a change.
        let watched = Watched { catalog: wanted.catalog.clone(), folders: wanted.folders() };
        let before = watched.stamps();
        shown = update(context, wanted, render(context, wanted, sample), shown)?;
        if !watched.wait(&before, &is_ended) {
            return Ok(Exit::Done);
        }
    }
}

/// Shows what is new since the last time.
fn update(
    context: &Context,
    wanted: &Wanted,
    rendered: Result<Rendered, Failure>,
    shown: Shown,
) -> Result<Shown, Failure> {
    let (rendered, was_wrong, before) = match (rendered, shown) {
        (Err(failure), shown) => {
            let words = failure.to_human(context.screen.look());
            let (is_new, files) = match shown {
                Shown::Nothing => (true, None),
                Shown::Files(files) => (true, Some(files)),
                Shown::Mistake(last, files) => (last != words, files),
            };
            if is_new {
                context.screen.say(&words);
            }
            return Ok(Shown::Mistake(words, files));
        }
        (Ok(rendered), Shown::Files(files)) => (rendered, false, Some(files)),
        (Ok(rendered), Shown::Mistake(_, files)) => (rendered, true, files),
        (Ok(rendered), Shown::Nothing) => (rendered, false, None),
    };
    let files = rendered.plan.tree();
    match before {
        None => {
            show(context, wanted, &rendered)?;
            context.screen.say("Waiting for changes; Ctrl-C ends it");
        }
        Some(before) if before != files => {
            context.screen.result(&human::changed(
                &before,
                &files,
                context.screen.result_look(),
            ))?;
        }
        Some(_) if was_wrong => context.screen.say("That is mended; the files are as before"),
        Some(_) => {}
    }
    Ok(Shown::Files(files))
}

fn show(context: &Context, wanted: &Wanted, rendered: &Rendered) -> Result<(), Failure> {
    let files = rendered.plan.tree();
    let previewed = Previewed {
        name: &wanted.name,
        version: &wanted.version,
        case: rendered.case.as_deref(),
        files: &files,
        is_whole: context.global.verbose,
    };
    let json = json_v1::Preview::new(&previewed, &rendered.plan);
    Ok(context.show(&human::previewed(&previewed, context.screen.result_look()), &json)?)
}
