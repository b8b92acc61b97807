//! Who commits, how it is signed, and when to stop.

use std::sync::{Arc, atomic::AtomicBool};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};

use super::{Context, Failure};
use crate::{
    diag::Diagnostic,
    repo::{Author, GitSettings, Signer, Words},
    ui::prompt::Prompter,
};

/// Who commits, how it is signed, and when to stop.
pub(super) struct Committer {
    settings: GitSettings,
    author: Author,
    committer: Author,
    interrupted: Arc<AtomicBool>,
}

impl Committer {
    /// Git's author and committer, a person's, or ours with a warning. From now on Ctrl-C ends the
    /// work tidily; a second one ends it at once.
    pub(super) fn new(
        context: &Context,
        settings: GitSettings,
        may_ask: bool,
    ) -> Result<(Self, Vec<Diagnostic>), Failure> {
        let (author, committer, warnings) = people(context, &settings, may_ask)?;
        let interrupted = watch_signals()?;
        Ok((Self { settings, author, committer, interrupted }, warnings))
    }

    /// What a commit says beside its tree.
    pub(super) fn words<'a>(&'a self, message: &'a str) -> Words<'a> {
        Words { author: &self.author, committer: &self.committer, message }
    }

    /// The branch of a first commit.
    pub(super) fn branch(&self) -> &str {
        &self.settings.branch
    }

    /// Who signs, if the user wants it.
    pub(super) fn signer(&self) -> Option<&Signer> {
        self.settings.signer.as_ref()
    }

    /// Whether Ctrl-C was pressed.
    pub(super) fn interrupted(&self) -> &AtomicBool {
        &self.interrupted
    }
}

/// From now on Ctrl-C sets this, and ends the work tidily; a second one ends it at once.
pub(super) fn watch_signals() -> Result<Arc<AtomicBool>, Failure> {
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

fn people(
    context: &Context,
    settings: &GitSettings,
    may_ask: bool,
) -> Result<(Author, Author, Vec<Diagnostic>), Failure> {
    if let (Some(author), Some(committer)) = (&settings.author, &settings.committer) {
        return Ok((author.clone(), committer.clone(), Vec::new()));
    }
    let asked = if may_ask { asked(context, settings)? } else { None };
    let warnings = if asked.is_some() { Vec::new() } else { vec![no_identity()] };
    let someone = asked.unwrap_or_else(|| Author::fallback(settings.now));
    let author = settings.author.clone().unwrap_or_else(|| someone.clone());
    let committer = settings.committer.clone().unwrap_or(someone);
    Ok((author, committer, warnings))
}

fn asked(context: &Context, settings: &GitSettings) -> Result<Option<Author>, Failure> {
    let identity = Prompter::new(&context.host, &context.screen).ask_identity()?;
    Ok(identity.and_then(|it| Author::new(&it.name, &it.email, settings.now)))
}

fn no_identity() -> Diagnostic {
    Diagnostic::warning("no-identity", "git does not know who you are: flagstone stands in the commit")
        .note("tell git: `git config --global user.name \"Your Name\"` and `git config --global user.email you@example.com`")
        .help("then, in the repository: `git commit --amend --reset-author --no-edit`")
}
