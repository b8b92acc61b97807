//! What a merge comes to -> a commit, a branch, or conflicts left to people.

use std::{collections::BTreeMap, sync::Arc};

use super::{Reconciled, Request, Verb, base::Sides, report};
use crate::{
    cli::{Exit, Failure, committer::Committer},
    lock,
    merge::{Contents as _, Merged, Row, Stages},
    repo::{
        self, Change, Changes, Ending, Footprint, GitSettings, Landed, Means, Pick, Reason,
        Recovered, Repository, Update, UpdateError,
    },
    spec,
    tree::{Entry, Listing, RepoPath},
};

/// A merge that is about to land.
pub(super) struct Landing<'a> {
    request: &'a Request<'a>,
    reconciled: &'a Reconciled<'a>,
    sides: &'a Sides<'a>,
    changes: Changes,
}

/// Ends what a run before has left half done, and refuses to begin where another operation of git's
/// is under way: before anybody is asked anything.
pub(super) fn check_free(request: &Request<'_>, repository: &Repository) -> Result<(), Failure> {
    if repository.root().is_none() {
        return Ok(());
    }
    let run = repository.begin()?;
    report::recovered(request, run.recovered());
    drop(run);
    Ok(repository.preflight(&Footprint::default()).map_err(without_its_conflicts)?)
}

/// What is under way is told without the conflicts that it has: they would bury it.
fn without_its_conflicts(error: UpdateError) -> UpdateError {
    let UpdateError::InTheWay(mut found) = error else { return error };
    if found.iter().any(|it| it.path.is_none()) {
        found.retain(|it| it.reason != Reason::Unmerged);
    }
    UpdateError::InTheWay(found)
}

impl<'a> Landing<'a> {
    /// Works out every change, and looks for what would be lost by it.
    pub(super) fn new(
        request: &'a Request<'a>,
        reconciled: &'a Reconciled<'a>,
        sides: &'a Sides<'a>,
    ) -> Result<Self, Failure> {
        let changes = changes(reconciled, sides)?;
        if request.branch.is_none() {
            reconciled.service.repository.preflight(&Footprint::of(&changes))?;
        }
        Ok(Self { request, reconciled, sides, changes })
    }

    /// Lands it.
    pub(super) fn land(&self) -> Result<Exit, Failure> {
        let (committer, warnings) = committer(self.request, &self.reconciled.service.repository)?;
        report::warn(self.request, &warnings);
        let message = self.message();
        let service = self.reconciled.service;
        let update = Update {
            words: committer.words(&message),
            parent: service.commit,
            changes: &self.changes,
        };
        let means = means(self.request, &committer);
        let repository = &service.repository;
        if let Some(branch) = self.request.branch {
            let commit = repository.branch(branch, &update, &means)?;
            return self.landed(commit);
        }
        let run = repository.begin()?;
        if !self.reconciled.merge.has_conflicts() {
            let commit = run.commit(&update, &means)?;
            return self.landed(commit);
        }
        let (base, theirs) = self.pristine();
        let objects = self.objects(&base, &theirs);
        let pick = Pick { base: &base, theirs: &theirs, objects: &objects };
        let commit = run.leave_conflicts(&update, &pick, &means)?;
        self.landed(commit)
    }

    fn landed(&self, commit: repo::CommitId) -> Result<Exit, Failure> {
        let tree = self.reconciled.service.repository.tree_of(commit).map_err(Failure::outside)?;
        report::landed(self.request, self.reconciled, &Landed { commit, tree })
    }

    fn message(&self) -> String {
        let lock = &self.reconciled.theirs.service.lock;
        let (name, version) = (&lock.golden_path.name, &lock.golden_path.version);
        let service = &self.reconciled.service.spec.spec.name;
        let subject = match self.request.verb {
            Verb::Upgrade => format!("Upgrade {service} to {name} {version}"),
            Verb::Apply => format!("Apply flagstone.yaml to {service}"),
        };
        format!("{subject}\n\nGolden-Path: {name}@{version}\nFlagstone-Tree: {}\n", lock.tree)
    }

    /// The two versions as commits would hold them, for git's own commands to show.
    fn pristine(&self) -> (Listing, Listing) {
        let service = self.reconciled.service;
        let mut base = Listing::default();
        for file in &service.lock.files {
            let blob = crate::tree::Blob { mode: file.mode, id: file.blob };
            // What nobody holds any more can't be in a commit.
            if self.sides.bytes(file.blob).is_some() {
                base.files.insert(file.path.clone(), blob);
            }
        }
        for name in [spec::FILE, lock::FILE] {
            let own = service.committed.files.get_key_value(name);
            base.files.extend(own.map(|(path, blob)| (path.clone(), *blob)));
        }
        let mut theirs = Listing::from(&self.reconciled.theirs.service.tree);
        let spec = Entry::file(self.reconciled.theirs.spec_text.as_bytes());
        theirs.files.insert(own_path(spec::FILE), spec.blob());
        (base, theirs)
    }

    /// The contents of both versions: the repository may not have them.
    fn objects(&self, base: &Listing, theirs: &Listing) -> Vec<Arc<[u8]>> {
        let ids = base.files.values().chain(theirs.files.values()).map(|blob| blob.id);
        let spec: Arc<[u8]> = self.reconciled.theirs.spec_text.as_bytes().into();
        ids.filter_map(|id| self.sides.bytes(id)).chain([spec]).collect()
    }
}

/// Who commits in a repository: git's identity, a person's, or ours with a warning.
pub(super) fn committer(
    request: &Request<'_>,
    repository: &Repository,
) -> Result<(Committer, Vec<crate::diag::Diagnostic>), Failure> {
    let host = &request.context.host;
    let git = repository.git_folder();
    let root = repository.root().unwrap_or(git);
    let common = repository.common_folder();
    let settings = GitSettings::read_in(&host.environment, root, common, host.now)
        .map_err(Failure::settings)?;
    Committer::new(request.context, settings, request.may_ask() && !request.defaults)
}

/// How a commit is made.
pub(super) fn means<'a>(request: &Request<'_>, committer: &'a Committer) -> Means<'a> {
    let host = &request.context.host;
    Means {
        signer: committer.signer(),
        threads: request.context.global.jobs.map_or(host.threads, usize::from),
        interrupted: committer.interrupted(),
    }
}

/// What becomes of each path of the repository, the tool's own files among them.
fn changes(reconciled: &Reconciled<'_>, sides: &Sides<'_>) -> Result<Changes, Failure> {
    let committed = &reconciled.service.committed;
    let before = |path: &RepoPath| committed.files.get(path).copied();
    let mut changes = Changes::new();
    for path in reconciled.merge.rows.iter().filter_map(Row::leaves) {
        changes.insert(path.clone(), Change { before: before(path), ..Change::default() });
    }
    for row in &reconciled.merge.rows {
        let after = row.result.as_ref().map(|merged| entry(merged, row, sides)).transpose()?;
        let stages = row.stages.map(|stages| index_sides(stages, sides));
        let is_as_it_was = row.from.is_none()
            && row.ours == row.result.as_ref().map(|merged| merged.blob)
            && stages.is_none();
        if is_as_it_was || (after.is_none() && stages.is_none()) {
            continue;
        }
        let before = before(&row.path);
        changes.insert(row.path.clone(), Change { before, after, sides: stages, taken: None });
    }
    let theirs = reconciled.theirs;
    // An edit of the spec goes along with what it brings about; but not into a state that git would
    // take back with all that is in it.
    let edited = Entry::file(reconciled.service.spec_text.as_bytes()).blob();
    let is_edited = before(&own_path(spec::FILE)) != Some(edited);
    let taken = (is_edited && !reconciled.merge.has_conflicts()).then_some(edited);
    let texts = BTreeMap::from([
        (spec::FILE, theirs.spec_text.clone()),
        (lock::FILE, theirs.service.lock.to_text()),
    ]);
    for (name, text) in texts {
        let path = own_path(name);
        let after = Entry::file(text.into_bytes());
        let before = before(&path);
        if before != Some(after.blob()) {
            let taken = taken.filter(|_| name == spec::FILE);
            changes.insert(path, Change { before, after: Some(after), taken, sides: None });
        }
    }
    Ok(changes)
}

fn own_path(name: &str) -> RepoPath {
    RepoPath::parse(name).expect("our own files have good names")
}

fn entry(merged: &Merged, row: &Row, sides: &Sides<'_>) -> Result<Entry, Failure> {
    let bytes = merged.bytes.clone().or_else(|| sides.bytes(merged.blob.id)).ok_or_else(|| {
        let message = format!("the content of `{}` ({}) is nowhere", row.path, merged.blob.id);
        let help = "fetch the whole history: `git fetch --unshallow`, then try again";
        Failure::outside_with_help(std::io::Error::other(message), help)
    })?;
    Ok(Entry { mode: merged.blob.mode, bytes })
}

/// A base that nobody holds any more has no stage: git could not show it.
fn index_sides(stages: Stages, sides: &Sides<'_>) -> repo::Sides {
    let base = stages.base.filter(|blob| sides.bytes(blob.id).is_some());
    repo::Sides { base, ours: stages.ours, theirs: stages.theirs }
}

/// What was found of a run that was cut off, in words.
pub(super) fn ending(recovered: &Recovered) -> Option<&'static str> {
    Some(match recovered.ending? {
        Ending::Undone => "a run that was cut off is undone: everything is as it was before it",
        Ending::Finished => "a run that was cut off is finished",
        Ending::EndedByGit => "an upgrade with conflicts was ended with git: its traces are gone",
    })
}
