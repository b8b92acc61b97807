//! `flagstone upgrade`: a service to a newer version of its golden path.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

use super::{
    Context, Exit, Failure,
    arguments::setting,
    catalog::WhichCatalog,
    reconcile::{self, Request, To, Verb},
};
use crate::merge::OnConflict;

/// Bring a service to a newer version of its golden path, and keep what its team made of it.
///
/// Merges what the golden path changed into what the team has, as `git cherry-pick` would, and
/// commits it. Shows everything first; conflicts are left in the work tree as git leaves them.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("end").args(["continue_", "abort"])))]
#[command(after_help = "Without a terminal nothing is asked: new parameters take their defaults, \
    and edits in managed files are replaced only with --yes.")]
pub(super) struct UpgradeArguments {
    #[command(flatten)]
    pub(super) common: ReconcileArguments,
    /// To this version, or the highest of this range; it may leave the spec's range, which is then
    /// written anew [default: the highest version in the spec's range].
    #[arg(long, value_name = "VERSION", conflicts_with = "end")]
    to: Option<To>,
    /// Go to an older version, where that is what it comes to.
    #[arg(long, conflicts_with = "end")]
    allow_downgrade: bool,
    /// Commit an upgrade whose conflicts are resolved.
    #[arg(long = "continue")]
    continue_: bool,
    /// Take an upgrade back whose conflicts are not resolved.
    #[arg(long)]
    abort: bool,
}

/// What `upgrade` and `apply` have in common.
#[derive(Debug, Args)]
pub(super) struct ReconcileArguments {
    /// The service [default: the one that you are in].
    #[arg(value_name = "DIR")]
    pub(super) folder: Option<PathBuf>,
    #[command(flatten)]
    catalog: WhichCatalog,
    /// Answer a parameter; lists as JSON or separated by commas.
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    set: Vec<(String, String)>,
    /// Take the default of every new parameter.
    #[arg(long)]
    defaults: bool,
    /// Show what would become of each file and why, and write nothing; with -v as a diff.
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
    /// Make a branch of this name and leave the work tree alone.
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    /// What to do about conflicts [default: markers; with --branch: stop].
    #[arg(long, value_enum, value_name = "WHAT")]
    on_conflict: Option<ConflictChoice>,
    /// Do not look for files that the team has moved.
    #[arg(long)]
    no_follow_renames: bool,
    /// A folder with a fresh copy of the version that the service has, where git has lost it.
    #[arg(long, value_name = "DIR")]
    base: Option<PathBuf>,
}

/// What to do about conflicts.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum ConflictChoice {
    /// Leave them in the work tree, as git does.
    Markers,
    /// Write nothing.
    Stop,
    /// Keep the team's file whole.
    Ours,
    /// Take the golden path's file whole.
    Theirs,
}

impl From<ConflictChoice> for OnConflict {
    fn from(choice: ConflictChoice) -> Self {
        match choice {
            ConflictChoice::Markers => Self::Markers,
            ConflictChoice::Stop => Self::Stop,
            ConflictChoice::Ours => Self::Ours,
            ConflictChoice::Theirs => Self::Theirs,
        }
    }
}

impl ReconcileArguments {
    /// The request that these arguments make.
    pub(super) fn request<'a>(&'a self, context: &'a Context, verb: Verb) -> Request<'a> {
        Request {
            context,
            verb,
            folder: self.folder.as_deref().unwrap_or_else(|| ".".as_ref()),
            catalog: self.catalog.catalog.as_deref(),
            to: None,
            allow_downgrade: false,
            set: &self.set,
            defaults: self.defaults,
            yes: self.yes,
            explain: self.explain,
            ticket: self.ticket.as_deref(),
            dry_run: self.dry_run,
            branch: self.branch.as_deref(),
            on_conflict: self.on_conflict.map(Into::into),
            follow_renames: !self.no_follow_renames,
            base: self.base.as_deref(),
        }
    }
}

pub(super) fn run(context: &Context, arguments: &UpgradeArguments) -> Result<Exit, Failure> {
    let request = arguments.common.request(context, Verb::Upgrade);
    if arguments.continue_ {
        return reconcile::go_on(&request);
    }
    if arguments.abort {
        return reconcile::abort(&request);
    }
    let allow_downgrade = arguments.allow_downgrade;
    reconcile::upgrade(&Request { to: arguments.to.as_ref(), allow_downgrade, ..request })
}
