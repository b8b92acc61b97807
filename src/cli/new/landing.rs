//! A prepared service -> a committed repository.

use std::{
    path::Path,
    sync::{Arc, atomic::AtomicBool},
};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};

use super::{Run, prepare::Prepared};
use crate::{
    cli::Failure,
    diag::{Diagnostic, Severity},
    repo::{Author, GitSettings, Landed, Landing, Words, check_target, enclosing, land},
    ui::prompt::Prompter,
};

/// Who commits, how, and when to stop.
pub(super) struct Lander {
    settings: GitSettings,
    author: Author,
    committer: Author,
    interrupted: Arc<AtomicBool>,
}

impl Lander {
    /// Reads git's settings. From now on Ctrl-C ends the work tidily; a second one ends it at once.
    pub(super) fn new(run: &Run<'_>, folder: &Path) -> Result<(Self, Vec<Diagnostic>), Failure> {
        let settings = settings(run, folder)?;
        let (author, committer, warnings) = people(run, &settings)?;
        let interrupted = watch_signals()?;
        Ok((Self { settings, author, committer, interrupted }, warnings))
    }

    /// The branch of the first commit.
    pub(super) fn branch(&self) -> &str {
        &self.settings.branch
    }

    /// Whether Ctrl-C was pressed.
    pub(super) fn interrupted(&self) -> &AtomicBool {
        &self.interrupted
    }

    /// Lands a service.
    pub(super) fn land(&self, prepared: &Prepared, threads: usize) -> Result<Landed, Failure> {
        let message = message(prepared);
        let words = Words { author: &self.author, committer: &self.committer, message: &message };
        let tree = &prepared.service.tree;
        let landed = land(&Landing {
            target: &prepared.target,
            tree,
            words,
            branch: &self.settings.branch,
            signer: self.settings.signer.as_ref(),
            threads,
            interrupted: &self.interrupted,
            progress: &|_| {},
        })?;
        assert_eq!(landed.tree, tree.id(), "what lands is what was planned");
        Ok(landed)
    }
}

/// Git's settings for a repository in `folder`.
pub(super) fn settings(run: &Run<'_>, folder: &Path) -> Result<GitSettings, Failure> {
    let host = &run.context.host;
    GitSettings::read(&host.environment, folder, host.now).map_err(|error| {
        let help = "mend git's configuration; `git config --list --show-origin` shows it";
        Failure::outside_with_help(error, help)
    })
}

/// Refuses a target where no repository can be, or none should be.
pub(super) fn check_place(run: &Run<'_>, target: &Path) -> Result<(), Failure> {
    // First: a target that is a repository itself is around itself, and full is what it is.
    check_target(target)?;
    check_surroundings(run, target)
}

/// What [`check_place`] would refuse, for a run that writes nothing yet.
pub(super) fn place_warnings(run: &Run<'_>, target: &Path) -> Vec<Diagnostic> {
    let mistakes = check_place(run, target).err().map(|it| it.diagnostics());
    let warning = |mistake| Diagnostic { severity: Severity::Warning, ..mistake };
    mistakes.into_iter().flatten().map(warning).collect()
}

/// Refuses a target inside of another repository, where the new one would be taken for a part of it.
fn check_surroundings(run: &Run<'_>, target: &Path) -> Result<(), Failure> {
    let around = target.parent().and_then(enclosing);
    let Some(around) = around.filter(|_| !run.arguments.separate) else {
        return Ok(());
    };
    let message =
        format!("`{}` is inside of the git repository `{}`", target.display(), around.display());
    Err(Failure::mistake(
        Diagnostic::error("inside-repository", message).help(
            "choose a folder outside of it, or pass `--separate` for a repository of its own",
        ),
    ))
}

fn watch_signals() -> Result<Arc<AtomicBool>, Failure> {
    let interrupted = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        let flag = interrupted.clone();
        signal_hook::flag::register_conditional_default(signal, flag.clone())
            .and_then(|_| signal_hook::flag::register(signal, flag))
            .map_err(Failure::outside)?;
    }
    // A file that grows beyond the user's limit shall be an error like any other, not our end.
    signal_hook::flag::register(SIGXFSZ, Arc::default()).map_err(Failure::outside)?;
    Ok(interrupted)
}

/// The author and the committer: git's, a person's, or ours with a warning.
fn people(
    run: &Run<'_>,
    settings: &GitSettings,
) -> Result<(Author, Author, Vec<Diagnostic>), Failure> {
    if let (Some(author), Some(committer)) = (&settings.author, &settings.committer) {
        return Ok((author.clone(), committer.clone(), Vec::new()));
    }
    let asked = asked(run, settings)?;
    let warnings = if asked.is_some() { Vec::new() } else { vec![no_identity()] };
    let someone = asked.unwrap_or_else(|| Author::fallback(settings.now));
    let author = settings.author.clone().unwrap_or_else(|| someone.clone());
    let committer = settings.committer.clone().unwrap_or(someone);
    Ok((author, committer, warnings))
}

fn asked(run: &Run<'_>, settings: &GitSettings) -> Result<Option<Author>, Failure> {
    let arguments = run.arguments;
    let may_ask = run.context.screen.is_interactive() && !arguments.yes && !arguments.defaults;
    if !may_ask || arguments.spec.is_some() {
        return Ok(None);
    }
    let identity = Prompter::new(&run.context.host, &run.context.screen).ask_identity()?;
    Ok(identity.and_then(|it| Author::new(&it.name, &it.email, settings.now)))
}

fn no_identity() -> Diagnostic {
    Diagnostic::warning("no-identity", "git does not know who you are: flagstone stands in the commit")
        .note("tell git: `git config --global user.name \"Your Name\"` and `git config --global user.email you@example.com`")
        .help("then, in the repository: `git commit --amend --reset-author --no-edit`")
}

fn message(prepared: &Prepared) -> String {
    let metadata = &prepared.release.manifest.metadata;
    format!(
        "Create {} from {} {}\n\nGolden-Path: {}\nFlagstone-Tree: {}\n",
        prepared.name,
        metadata.name,
        metadata.version,
        prepared.release.label(),
        prepared.service.lock.tree
    )
}
