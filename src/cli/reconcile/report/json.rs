//! What a run came to -> the document that programs read.

use crate::{
    answer::AnswerChange,
    cli::{
        Failure,
        reconcile::{Reconciled, Request, theirs::Theirs},
    },
    docket::Judged,
    lock::Lock,
    repo::Landed,
    spec::Written,
    ui::json_v1::{self, UpgradeResult, UpgradeState},
    version::Version,
};

/// Gives the result to programs.
pub(super) fn show(
    request: &Request<'_>,
    reconciled: &Reconciled<'_>,
    state: UpgradeState,
    landed: Option<&Landed>,
) -> Result<(), Failure> {
    let to = &reconciled.target.release.manifest.metadata.version;
    let warnings = reconciled.target.warnings.iter().chain(&reconciled.theirs.warnings);
    let warnings = warnings.chain(&reconciled.refusals);
    let is_committed = state == UpgradeState::Committed;
    let change = |it: &AnswerChange| json_v1::AnswerChange {
        name: it.name.clone(),
        renamed_from: it.renamed_from.clone(),
        before: it.before.clone(),
        after: it.after.clone(),
    };
    let json = UpgradeResult {
        newer: reconciled.target.newer.as_ref().map(ToString::to_string),
        commit: landed.filter(|_| is_committed).map(|it| it.commit.to_string()),
        branch: request.branch.filter(|_| is_committed).map(str::to_owned),
        tree: reconciled.tree.map(|it| it.to_string()),
        answers: reconciled.theirs.answers.iter().map(change).collect(),
        origins: origins(request, reconciled.theirs),
        files: reconciled.merge.rows.iter().map(Into::into).collect(),
        notes: reconciled.theirs.notes.clone(),
        diagnostics: warnings.map(Into::into).collect(),
        guard: reconciled.judged.as_ref().map(Judged::to_json),
        ..empty((&reconciled.service.spec, &reconciled.service.lock), to, state)
    };
    Ok(request.context.screen.result(&json_v1::to_text(&json))?)
}

/// Where each answer came from, where that is wanted.
pub(super) fn origins(request: &Request<'_>, theirs: &Theirs) -> Vec<json_v1::Answer> {
    let answers = theirs.resolved.iter().filter(|_| request.explain);
    answers.map(json_v1::Answer::from).collect()
}

/// A result without anything that happened to the service.
pub(super) fn empty(
    (spec, lock): (&Written, &Lock),
    to: &Version,
    state: UpgradeState,
) -> UpgradeResult {
    UpgradeResult {
        format: json_v1::FORMAT,
        service: spec.spec.name.clone(),
        golden_path: lock.golden_path.name.clone(),
        from: lock.golden_path.version.to_string(),
        to: to.to_string(),
        state,
        newer: None,
        commit: None,
        branch: None,
        tree: None,
        answers: Vec::new(),
        origins: Vec::new(),
        files: Vec::new(),
        notes: Vec::new(),
        diagnostics: Vec::new(),
        guard: None,
    }
}
