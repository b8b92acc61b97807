//! `upgrade` and `apply`: one service to the version and the answers that it shall have.
//!
//! The order of the steps: read the service, choose the version, carry the answers over and render,
//! merge in memory, show, land. Until the last step nothing is written.

mod base;
mod changes;
mod ending;
mod judged;
mod land;
mod rebuild;
mod report;
mod target;
mod theirs;

pub(super) use ending::{abort, go_on};
pub(super) use target::To;

use std::path::Path;

use self::{
    base::Sides,
    land::Landing,
    target::{Downgrade, Goal, Target},
    theirs::Theirs,
};
use super::{
    Context, Exit, Failure, recovery,
    service::{Service, Site, SpecOf},
};
use crate::{
    diag::Diagnostic,
    docket::Judged,
    lock::Lock,
    merge::{self, Kind, Labels, Merge, Note, OnConflict},
    repo::{Changes, CommitId},
    source, spec,
    tree::TreeId,
};

/// What a run shall do.
pub(super) struct Request<'a> {
    pub(super) context: &'a Context,
    /// The command that was typed, for messages.
    pub(super) verb: Verb,
    /// The service's folder, or one in it.
    pub(super) folder: &'a Path,
    pub(super) catalog: Option<&'a Path>,
    pub(super) to: Option<&'a To>,
    pub(super) allow_downgrade: bool,
    pub(super) set: &'a [(String, String)],
    pub(super) defaults: bool,
    pub(super) yes: bool,
    pub(super) explain: bool,
    pub(super) ticket: Option<&'a str>,
    pub(super) dry_run: bool,
    pub(super) branch: Option<&'a str>,
    /// What is done about conflicts; none was said.
    pub(super) on_conflict: Option<OnConflict>,
    pub(super) follow_renames: bool,
    pub(super) base: Option<&'a Path>,
}

/// The command that was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    /// To a newer version.
    Upgrade,
    /// To other answers.
    Apply,
}

/// Everything that is known before something is written.
struct Reconciled<'a> {
    service: &'a Service,
    /// The commit that is gone out from.
    commit: CommitId,
    target: &'a Target,
    theirs: &'a Theirs,
    merge: Merge,
    /// What becomes of each path of the repository.
    changes: Changes,
    /// The id of the tree that will land; none where conflicts are left.
    tree: Option<TreeId>,
    /// Of a plan that is only looked at: what would refuse it as the work tree stands.
    refusals: Vec<Diagnostic>,
    /// What policies say of it; none where there is no policy.
    judged: Option<Judged>,
}

impl Verb {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Upgrade => "upgrade",
            Self::Apply => "apply",
        }
    }
}

impl Request<'_> {
    /// Whether a person is there and may be asked.
    fn may_ask(&self) -> bool {
        self.context.screen.is_interactive() && !self.yes && !self.dry_run
    }

    fn on_conflict(&self) -> OnConflict {
        let default = if self.branch.is_some() { OnConflict::Stop } else { OnConflict::Markers };
        self.on_conflict.unwrap_or(default)
    }

    /// A branch is made from what is committed; whatever stands in the work tree is left alone.
    fn spec_of(&self) -> SpecOf {
        match self.branch {
            Some(_) => SpecOf::Commit,
            None => SpecOf::WorkTree,
        }
    }

    fn goal(&self) -> Goal {
        match (self.verb, self.to) {
            (Verb::Apply, _) => Goal::Same,
            (Verb::Upgrade, Some(to)) => Goal::To(to.clone()),
            (Verb::Upgrade, None) => Goal::Newest,
        }
    }
}

/// Runs `apply`: a lock that is broken is made again first, and then that is all.
pub(super) fn apply(request: &Request<'_>) -> Result<Exit, Failure> {
    recover(request)?;
    let site = find(request)?;
    let is_here = site.repository.root().is_some() && request.branch.is_none();
    if is_here && let Some(broken) = rebuild::is_needed(&site)? {
        return rebuild::run(request, &site, &broken);
    }
    reconcile(request, site)
}

/// Runs `upgrade`.
pub(super) fn upgrade(request: &Request<'_>) -> Result<Exit, Failure> {
    recover(request)?;
    reconcile(request, find(request)?)
}

fn reconcile(request: &Request<'_>, site: Site) -> Result<Exit, Failure> {
    if request.branch.is_some() && request.on_conflict == Some(OnConflict::Markers) {
        let mistake = Diagnostic::error("usage", "conflicts can't be left on a branch");
        let help = "pass `--on-conflict stop`, `ours` or `theirs`; or leave `--branch` out";
        return Err(Failure::Usage(mistake.help(help)));
    }
    match request.branch {
        Some(branch) => site.repository.check_branch(branch)?,
        None if request.dry_run => {}
        None => land::check_free(&site.repository)?,
    }
    let (service, commit) = Service::committed(site, request.spec_of())?;
    check_lock(&service)?;
    let shelf = service.binding(request.context, request.catalog)?;
    let downgrade = if request.allow_downgrade { Downgrade::Allowed } else { Downgrade::Refused };
    let target = target::choose(&service, &shelf, &request.goal(), downgrade)?;
    let theirs = theirs::render(request, &service, &shelf, &target)?;
    report::warn(request, target.warnings.iter().chain(&theirs.warnings));
    report::explain(request, &theirs);
    if is_up_to_date(&service, &theirs)? {
        if request.verb == Verb::Apply && rebuild::take_back(request, &service)? {
            return report::rebuilt(request, &service.spec, &service.lock);
        }
        return report::up_to_date(request, &service, (&target, &theirs));
    }
    let given = request.base.map(|folder| read_base(request, folder)).transpose()?;
    let sides = Sides::new(&service, &shelf, &theirs.service.tree, given.as_ref());
    sides.check_base(&theirs.service.lock.files)?;
    let mut merge = merge_sides(request, &service, &theirs, &sides)?;
    merge.settle(&service.ours(), &sides, request.on_conflict());
    let changes = changes::changes(&service, &theirs, &merge, &sides)?;
    let tree = match merge.has_conflicts() {
        true => None,
        false => {
            Some(service.site.repository.tree_with(commit, &changes).map_err(Failure::outside)?)
        }
    };
    let refusals = match request.dry_run && request.branch.is_none() {
        true => land::refusals(&service.site.repository, &changes),
        false => Vec::new(),
    };
    let (service, target, theirs) = (&service, &target, &theirs);
    let judged =
        judged::judged(request, (service, &shelf), (target, theirs), (commit, &changes, &sides))?;
    let reconciled =
        Reconciled { service, commit, target, theirs, merge, changes, tree, refusals, judged };
    finish(request, &reconciled, &sides)
}

fn finish(
    request: &Request<'_>,
    reconciled: &Reconciled<'_>,
    sides: &Sides<'_>,
) -> Result<Exit, Failure> {
    if request.dry_run {
        report::warn(request, &reconciled.refusals);
        return report::planned(request, reconciled, sides);
    }
    match &reconciled.judged {
        Some(judged) if !judged.may_go_on() => {
            return Err(Failure::Denied(Box::new(judged.clone())));
        }
        Some(judged) if !request.may_ask() => judged.tell(request.context),
        Some(_) | None => {}
    }
    if request.on_conflict() == OnConflict::Stop && reconciled.merge.has_conflicts() {
        return report::stopped(request, reconciled);
    }
    let landing = Landing::new(request, reconciled, sides)?;
    if request.may_ask() {
        if !report::confirmed(request, reconciled, sides)? {
            return Err(Failure::interrupted());
        }
    } else if !request.yes && replaces_edits(&reconciled.merge) {
        return report::not_agreed(request, reconciled);
    }
    landing.land()
}

fn recover(request: &Request<'_>) -> Result<(), Failure> {
    match request.dry_run || request.branch.is_some() {
        true => Ok(()),
        false => recovery::recover(request.context, request.folder),
    }
}

/// Where the service is, if it is where a service can be upgraded.
fn find(request: &Request<'_>) -> Result<Site, Failure> {
    let verb = request.verb.as_str();
    let site = match request.spec_of() {
        SpecOf::Commit => Site::find_committed(request.context, request.folder)?,
        SpecOf::WorkTree => Site::find(request.context, request.folder)?,
    };
    if !site.prefix.is_empty() {
        return Err(Failure::mistake(below_top(&site, verb)));
    }
    if site.repository.root().is_none() && request.branch.is_none() && !request.dry_run {
        let message = "the repository is bare: there is no work tree to write to";
        let help = format!("`flagstone {verb} --branch NAME` makes a branch");
        return Err(Failure::mistake(Diagnostic::error("bare", message).help(help)));
    }
    Ok(site)
}

/// That a service shares its repository with others.
fn below_top(site: &Site, verb: &str) -> Diagnostic {
    let folder = site.prefix.trim_end_matches('/');
    let message = format!(
        "`{folder}` is a folder of a larger repository: `flagstone {verb}` does not work on services there yet"
    );
    Diagnostic::error("below-top", message).note("nothing was written").help(
        "`check`, `diff`, `restore` and `why` work there; to upgrade it, move it to a repository of its own",
    )
}

/// A lock whose lines were edited tells nothing that one could rely on.
fn check_lock(service: &Service) -> Result<(), Failure> {
    let lines = service.lock.tree_of_files();
    if lines == service.lock.tree {
        return Ok(());
    }
    Err(Failure::mistake(
        Diagnostic::error("lock-edited", "the lock was edited by hand")
            .note(format!("it says of itself that its files are the tree {}", service.lock.tree))
            .note(format!("its lines give                           {lines}"))
            .help("`flagstone apply` makes it again from `flagstone.yaml`"),
    ))
}

/// Same version, same answers, same files: then the same lock, whoever wrote it.
fn is_up_to_date(service: &Service, theirs: &Theirs) -> Result<bool, Failure> {
    let flagstone = service.lock.flagstone.clone();
    let lock = Lock { flagstone, ..theirs.service.lock.clone() };
    let spec = service.site.own_committed(&service.files, spec::FILE)?;
    Ok(lock == service.lock && theirs.spec_text == spec.text())
}

fn read_base(request: &Request<'_>, folder: &Path) -> Result<crate::tree::Tree, Failure> {
    let folder = request.context.host.folder.join(folder);
    source::read_folder(&folder).map_err(|error| {
        let help = "name a folder with a fresh copy of the version that the service has";
        Failure::outside_with_help(error, help)
    })
}

fn merge_sides(
    request: &Request<'_>,
    service: &Service,
    theirs: &Theirs,
    sides: &Sides<'_>,
) -> Result<Merge, Failure> {
    let before = &service.lock.golden_path;
    let after = &theirs.service.lock.golden_path;
    let labels = Labels {
        base: format!("base: {} {}", before.name, before.version),
        ours: format!("ours: {}", service.spec.spec.name),
        theirs: format!("theirs: {} {}", after.name, after.version),
    };
    let steps: Vec<_> = theirs.steps.iter().collect();
    let merged = merge::merge(&merge::Request {
        base: &service.lock.files,
        ours: &service.ours(),
        theirs: &theirs.service.lock.files,
        steps: &steps,
        contents: sides,
        labels: &labels,
        follow_renames: request.follow_renames,
    });
    merged
        .map_err(|error| sides.failure().map_or_else(|| Failure::outside(error), Failure::outside))
}

/// Whether an edit of the team gives way, so that somebody has to agree. Who has said how conflicts
/// are settled has agreed to that.
fn replaces_edits(merge: &Merge) -> bool {
    let is_settled = |row: &merge::Row| row.notes.iter().any(|it| matches!(it, Note::Settled(_)));
    merge.rows.iter().any(|row| row.kind == Kind::Replaced && !is_settled(row))
}
