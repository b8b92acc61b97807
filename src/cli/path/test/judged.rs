//! What policies say of what a case renders, against what the case expects of them.

use super::play::Rendered;
use crate::{
    case::Case,
    cli::{
        Context, Failure,
        judgement::{self, Deed, Files},
        path::Subject,
    },
    data::Value,
    diag::Diagnostic,
    docket::Judged,
    manifest::Kind,
    policy::{Role, Sources},
    spec::{CatalogReference, Spec},
    tree::{Listing, Ownership, RepoPath, Tree},
};

/// What policies stop that the case does not expect, and what it expects that they do not find.
pub(super) fn unjudged(
    context: &Context,
    subject: &Subject,
    case: &Case,
    (rendered, tree): (&Rendered, Tree),
) -> Result<Vec<Diagnostic>, Failure> {
    let judged = judged(context, subject, case, (rendered, tree))?;
    let findings = judged.iter().flat_map(|it| &it.verdict.findings);
    let findings: Vec<_> = findings.filter(|it| it.excepted.is_none()).collect();
    let missing =
        case.expect.findings.iter().filter(|rule| !findings.iter().any(|it| it.rule == rule.value));
    let missing = missing.map(|rule| {
        let message = format!("no policy finds `{}`", rule.value);
        Diagnostic::error("no-finding", message).at(rule.place.clone())
    });
    let is_expected = |rule: &str| case.expect.findings.iter().any(|it| it.value == rule);
    let stops = findings.iter().filter(|it| it.role != Role::Warn && !is_expected(&it.rule));
    let stops = stops.map(|it| judgement::stop(it).at(case.place.clone()));
    let failures = judged.iter().flat_map(|it| it.failures.clone());
    Ok(missing.chain(failures).chain(stops).collect())
}

fn judged(
    context: &Context,
    subject: &Subject,
    case: &Case,
    (rendered, tree): (&Rendered, Tree),
) -> Result<Option<Judged>, Failure> {
    let Some((first, layers)) = rendered.parts.split_first() else { return Ok(None) };
    let text = |name: &str| {
        let answer = first.answers.get(name)?;
        answer.value.as_text().map(str::to_owned)
    };
    let spec = Spec {
        name: text("name").unwrap_or_else(|| case.name.clone()),
        owner: text("owner"),
        description: text("description"),
        annotations: Vec::new(),
        catalog: CatalogReference::Embedded,
        golden_path: first.release.manifest.metadata.name.clone(),
        range: None,
        parameters: Vec::new(),
        sources: Sources::default(),
    };
    let shelf = &subject.shelf;
    let releases: Vec<_> = rendered.parts.iter().map(|it| &*it.release).collect();
    let bundles = judgement::policies(shelf, &releases)?;
    let Some((docket, tree)) = judgement::gather(bundles, &spec, || Ok(tree))? else {
        return Ok(None);
    };
    let parameters = first.answers.iter().map(|(name, it)| (name.clone(), it.value.clone()));
    let deed = Deed {
        action: "new",
        ticket: None,
        folder: &subject.catalog,
        spec: &spec,
        parameters: Value::map(parameters),
    };
    let digest = first.release.digest.to_string();
    let golden_path = judgement::golden_path(shelf, &first.release.manifest.metadata, digest);
    let layers = layers.iter().map(|it| judgement::layer(&it.release)).collect();
    let input = judgement::input(context, deed, golden_path, layers);
    let planned = &rendered.plan.files;
    let ownership = |path: &RepoPath| {
        planned.get(path).map_or(Ownership::Tool.as_str(), |it| it.ownership.as_str())
    };
    let (files, before) = (Listing::from(&tree), Listing::default());
    let files =
        Files { tree: &tree, files: &files, before: &before, unnamed: &[], ownership: &ownership };
    // A layer is no service: its files alone can be judged.
    match first.release.manifest.kind {
        Kind::GoldenPath => judgement::judge(context, &docket, input, &files).map(Some),
        Kind::Layer => judgement::judge_files(context, &docket, input, &files).map(Some),
    }
}
