//! What a merge comes to -> a commit, a branch, or conflicts left to people.

use std::sync::Arc;

use super::{Reconciled, Request, Verb, base::Sides, report};
use crate::{
    cli::{Exit, Failure, committer::Committer, failure::all_in_the_way, service::own_path},
    diag::{Diagnostic, Severity},
    lock,
    merge::Contents as _,
    repo::{
        self, Changes, Footprint, GitSettings, Landed, Means, Pick, Reason, Repository, Update,
        UpdateError,
    },
    spec,
    tree::{Entry, Listing},
};

/// A merge that is about to land.
pub(super) struct Landing<'a> {
    request: &'a Request<'a>,
    reconciled: &'a Reconciled<'a>,
    sides: &'a Sides<'a>,
}

/// Refuses to begin where another run is at work, or another operation of git's is under way: before
/// anybody is asked anything.
pub(super) fn check_free(repository: &Repository) -> Result<(), Failure> {
    if repository.root().is_none() {
        return Ok(());
    }
    drop(repository.begin()?);
    Ok(repository.preflight(&Footprint::default()).map_err(without_its_conflicts)?)
}

/// What would refuse the plan as the work tree stands: a plan is made from the last commit.
pub(super) fn refusals(repository: &Repository, changes: &Changes) -> Vec<Diagnostic> {
    if repository.root().is_none() {
        return Vec::new();
    }
    match repository.preflight(&Footprint::of(changes)) {
        Err(UpdateError::InTheWay(found)) => {
            let warning = |it: Diagnostic| Diagnostic { severity: Severity::Warning, ..it };
            let planned =
                "the plan is made from the last commit, and would be refused as it stands";
            all_in_the_way(&found).into_iter().map(|it| warning(it).note(planned)).collect()
        }
        // What can't be read is told by the run that writes.
        Ok(()) | Err(_) => Vec::new(),
    }
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
    /// Looks for what would be lost.
    pub(super) fn new(
        request: &'a Request<'a>,
        reconciled: &'a Reconciled<'a>,
        sides: &'a Sides<'a>,
    ) -> Result<Self, Failure> {
        if request.branch.is_none() {
            let footprint = Footprint::of(&reconciled.changes);
            reconciled.service.site.repository.preflight(&footprint)?;
        }
        Ok(Self { request, reconciled, sides })
    }

    /// Lands it.
    pub(super) fn land(&self) -> Result<Exit, Failure> {
        let (committer, warnings) =
            committer(self.request, &self.reconciled.service.site.repository)?;
        report::warn(self.request, &warnings);
        let message = self.message();
        let service = self.reconciled.service;
        let update = Update {
            words: committer.words(&message),
            parent: self.reconciled.commit,
            changes: &self.reconciled.changes,
        };
        let means = means(self.request, &committer);
        let repository = &service.site.repository;
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
        let tree =
            self.reconciled.service.site.repository.tree_of(commit).map_err(Failure::outside)?;
        if let Some(planned) = self.reconciled.tree {
            assert_eq!(tree, planned, "what lands is what was planned");
        }
        report::landed(self.request, self.reconciled, &Landed { commit, tree })
    }

    fn message(&self) -> String {
        let lock = &self.reconciled.theirs.service.lock;
        let (name, version) = (&lock.golden_path.name, &lock.golden_path.version);
        let service = &self.reconciled.service.spec.spec.name;
        let subject = match self.request.verb {
            Verb::Upgrade if *version < self.reconciled.service.lock.golden_path.version => {
                format!("Take {service} back to {name} {version}")
            }
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
            let own = service.files.files.get_key_value(name);
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
) -> Result<(Committer, Vec<Diagnostic>), Failure> {
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
    Means {
        signer: committer.signer(),
        threads: request.context.threads(),
        interrupted: committer.interrupted(),
    }
}
