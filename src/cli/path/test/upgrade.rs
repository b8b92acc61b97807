//! A service of an older version, edited by its team, on its way to the version of a case: in memory,
//! by the same migrations and the same merge as `flagstone upgrade`.

use std::{collections::BTreeMap, sync::Arc};

use super::play::{Rendered, release, render};
use crate::{
    case::{self, Case, Expected},
    catalog::Release,
    cli::{Failure, path::Subject, service::by_id},
    compose::locked_files,
    diag::Diagnostic,
    lock::Part,
    manifest::Step,
    merge::{self, Contents, Kind, Labels, Merge, Row},
    migrate,
    rehearse::{Upgraded, edited, unconflicted, unmet},
    tree::{BlobId, Entry, Listing, Tree},
    version::Version,
};

/// An upgrade in which nothing is what it should not be, or what is.
pub(super) struct Outcome {
    pub(super) failures: Vec<Diagnostic>,
    pub(super) upgraded: Upgraded,
}

/// The bytes behind the three sides.
struct Sides(BTreeMap<BlobId, Arc<[u8]>>);

impl Contents for Sides {
    fn bytes(&self, id: BlobId) -> Option<Arc<[u8]>> {
        self.0.get(&id).cloned()
    }
}

/// Upgrades the service that a case describes to `target`.
pub(super) fn upgrade(
    subject: &Subject,
    target: &Arc<Release>,
    case: &Case,
    upgrade: &case::Upgrade,
) -> Result<Outcome, Failure> {
    let from = &upgrade.from.value;
    let (name, to) = (&target.manifest.metadata.name, &target.manifest.metadata.version);
    let shelf = &subject.shelf;
    if from >= to || !shelf.versions(name).contains(from) {
        return Err(Failure::mistake(no_version(subject, (name, to), &upgrade.from)));
    }
    let stated = upgrade.parameters.as_ref().unwrap_or(&case.parameters);
    let base = render(shelf, release(shelf, name, from)?, stated)
        .map_err(|failure| of_older(failure, upgrade, name))?;
    let ours = edited(base.plan.tree(), &upgrade.edits)?;
    let locked: Vec<_> =
        answers(&base).map(|(name, it)| (name.clone(), it.value.clone())).collect();
    let steps = migrate::forward(&target.manifest, from);
    let parameters = &target.manifest.parameters;
    let migrated = migrate::answers(&steps, stated.clone(), &locked, parameters)?;
    let theirs = render(shelf, target.clone(), &migrated.stated)?;
    let steps: Vec<_> = steps.into_iter().chain(layer_steps(&base, &theirs)).collect();
    let sides = [&base.plan.tree(), &ours, &theirs.plan.tree()];
    let sides = Sides(sides.into_iter().flat_map(by_id).collect());
    let merge = merge::merge(&merge::Request {
        base: &locked_files(&base.plan),
        ours: &Listing::from(&ours),
        theirs: &locked_files(&theirs.plan),
        steps: &steps.iter().collect::<Vec<_>>(),
        contents: &sides,
        labels: &Labels {
            base: format!("base: {name} {from}"),
            ours: "ours: the service".to_owned(),
            theirs: format!("theirs: {name} {to}"),
        },
        follow_renames: true,
    });
    let merge = merge.map_err(Failure::outside)?;
    let mut failures = unconflicted(&upgrade.expect, &upgrade.from.place, &conflicts(&merge));
    failures.extend(unmet(&upgrade.expect, &result(ours, &merge, &sides)));
    let note = |step: &Step| match step {
        Step::Note(text) => Some(text.clone()),
        _ => None,
    };
    let notes = steps.iter().filter_map(note).collect();
    let now: Vec<_> = answers(&theirs).map(|(name, it)| (name.clone(), it.value.clone())).collect();
    let upgraded = Upgraded {
        golden_path: name.clone(),
        from: from.clone(),
        to: to.clone(),
        answers: migrate::changes(&locked, &now, &steps),
        merge,
        notes,
    };
    Ok(Outcome { failures, upgraded })
}

/// Says of mistakes in answers that it is the older version which they are wrong for.
fn of_older(failure: Failure, upgrade: &case::Upgrade, name: &str) -> Failure {
    let Failure::Mistakes(mistakes) = failure else { return failure };
    let from = &upgrade.from.value;
    let help = format!("say under `parameters` of this upgrade what {name} {from} was answered");
    let told = |mistake: Diagnostic| {
        let mistake =
            mistake.note(format!("`{name}` {from}, which the upgrade comes from, says so"));
        if upgrade.parameters.is_some() { mistake } else { mistake.help(help.clone()) }
    };
    Failure::Mistakes(mistakes.into_iter().map(told).collect())
}

fn answers(rendered: &Rendered) -> impl Iterator<Item = (&String, &crate::answer::Answer)> {
    rendered.parts.first().into_iter().flat_map(|part| &part.answers)
}

/// What layers say of their own paths.
fn layer_steps(base: &Rendered, theirs: &Rendered) -> Vec<Step> {
    let part = |it: &crate::compose::Answered| Part {
        name: it.release.manifest.metadata.name.clone(),
        version: it.release.manifest.metadata.version.clone(),
        source: String::new(),
        digest: it.release.digest,
    };
    let before: Vec<_> = base.parts.iter().skip(1).map(part).collect();
    let after: Vec<_> = theirs.parts.iter().skip(1).map(|it| &it.release.manifest).collect();
    migrate::of_layers(&before, &after)
}

fn conflicts(merge: &Merge) -> Vec<crate::tree::RepoPath> {
    let conflicts = merge.rows.iter().filter(|row| row.kind == Kind::Conflict);
    conflicts.map(|row| row.path.clone()).collect()
}

/// The service as the merge leaves it.
fn result(ours: Tree, merge: &Merge, sides: &Sides) -> Tree {
    let mut result = ours;
    for path in merge.rows.iter().filter_map(Row::leaves) {
        result.remove(path);
    }
    for row in &merge.rows {
        let Some(merged) = &row.result else { continue };
        let bytes = merged.bytes.clone().or_else(|| sides.bytes(merged.blob.id));
        let entry = bytes.map(|bytes| Entry { mode: merged.blob.mode, bytes });
        entry.map(|entry| result.insert(row.path.clone(), entry));
    }
    result
}

fn no_version(
    subject: &Subject,
    (name, to): (&str, &Version),
    from: &Expected<Version>,
) -> Diagnostic {
    let versions = subject.shelf.versions(name).iter().filter(|it| *it < to);
    let older: Vec<_> = versions.map(ToString::to_string).collect();
    let help = match &older[..] {
        [] => format!("{to} is the oldest there is: leave the upgrade out"),
        _ => format!("there are: {}", older.join(", ")),
    };
    let message = format!("`{}` is no older version of `{name}` than {to}", from.value);
    Diagnostic::error("no-such-version", message).at(from.place.clone()).help(help)
}
