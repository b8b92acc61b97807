//! `flagstone new`: services from golden paths.

mod dialogue;
mod job;
mod landing;
mod prepare;
pub(super) mod relative;
mod report;
mod several;
mod single;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use clap::Args;

use self::job::Jobs;
use super::{
    Context, Exit, Failure,
    arguments::setting,
    catalog::{WhichCatalog, WishedPath},
    threads,
};
use crate::diag::Diagnostic;

/// Make a new service repository from a golden path.
///
/// Asks what it needs to know, shows what it will write, writes it, and commits it. With --spec, or
/// where there is no terminal, nothing is asked.
#[derive(Debug, Args)]
#[command(after_help = "Answers come from --set, then the spec, then the environment \
    (FLAGSTONE_PARAM_NAME), then the prompt, then the default.")]
pub(super) struct NewArguments {
    /// The golden path, also with a version or range (`rust-service@^1.0`), and the new repository
    /// [default: ./<name>]. With --spec only the repository, or the folder for several.
    #[arg(value_names = ["PATH[@RANGE]", "DIR"], num_args = 0..=2)]
    what_and_where: Vec<OsString>,
    /// Read the service, or several, from a spec file; `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    #[command(flatten)]
    catalog: WhichCatalog,
    /// Answer a parameter; lists as JSON or separated by commas.
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    set: Vec<(String, String)>,
    /// Write an annotation into `metadata.annotations`; policies may ask for one.
    #[arg(long, value_name = "KEY=TEXT", value_parser = setting)]
    annotate: Vec<(String, String)>,
    /// Take every default; ask only for what has none.
    #[arg(long)]
    defaults: bool,
    /// Show what would be written, and write nothing; with -v the contents too.
    #[arg(long)]
    dry_run: bool,
    /// Ask nothing and confirm nothing.
    #[arg(long, short)]
    yes: bool,
    /// Say where each answer came from.
    #[arg(long)]
    explain: bool,
    /// The ticket that it is for; policies may ask for one.
    #[arg(long, value_name = "TICKET")]
    ticket: Option<String>,
    /// Push the new repository to this address, as `origin`.
    #[arg(long, value_name = "URL")]
    push: Option<String>,
    /// Make a repository of its own even inside of another one.
    #[arg(long)]
    separate: bool,
}

pub(super) fn run(context: &Context, arguments: &NewArguments) -> Result<Exit, Failure> {
    let threads = context.threads();
    let run = Run { context, arguments, threads };
    // Nothing that waits for a person may hold a thread of the pool.
    match job::read(&run)? {
        Jobs::Single(job) => single::run(&run, &job),
        Jobs::Several(jobs) => threads::inside(|| several::run(&run, jobs)),
    }
}

/// One run of the command.
struct Run<'a> {
    context: &'a Context,
    arguments: &'a NewArguments,
    threads: usize,
}

impl NewArguments {
    /// The golden path that was named; none with `--spec`.
    fn golden_path(&self) -> Result<Option<WishedPath>, Failure> {
        let Some(first) = self.what_and_where.first().filter(|_| self.spec.is_none()) else {
            return Ok(None);
        };
        let text = first.to_string_lossy();
        let wished = text.parse().map_err(|error| {
            Failure::Usage(Diagnostic::error("usage", format!("`{text}` is no range: {error}")))
        })?;
        Ok(Some(wished))
    }

    /// The folder that was named.
    fn folder(&self) -> Result<Option<&Path>, Failure> {
        let position = usize::from(self.spec.is_none());
        if let Some(extra) = self.what_and_where.get(position + 1) {
            let message = format!("`{}` is one argument too many", extra.to_string_lossy());
            let help = "with --spec, the golden path stands in the spec: name only the folder";
            return Err(Failure::Usage(Diagnostic::error("usage", message).help(help)));
        }
        Ok(self.what_and_where.get(position).map(Path::new))
    }
}
