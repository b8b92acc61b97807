//! What policies say of what a case renders, against what the case expects of them.

use super::play::Rendered;
use crate::{
    case::{Case, Expected},
    cli::{
        Context, Failure,
        judgement::{self, Deed, Files, Templates},
        path::Subject,
    },
    data::Value,
    diag::Diagnostic,
    docket::{Docket, Judged},
    guard::Finding,
    manifest::Kind,
    name::did_you_mean,
    policy::{Role, Sources},
    spec::{self, CatalogReference, Spec},
    text::Place,
    tree::{Listing, Ownership, RepoPath, Tree},
};

/// What policies stop that the case does not expect, and what it expects that they do not find.
pub(super) fn unjudged(
    context: &Context,
    subject: &Subject,
    case: &Case,
    (rendered, tree): (&Rendered, Tree),
) -> Result<Vec<Diagnostic>, Failure> {
    let Some((judged, docket)) = judged(context, subject, case, (rendered, tree))? else {
        return Ok(case.expect.findings.iter().map(|it| missing(it, None)).collect());
    };
    let findings: Vec<_> =
        judged.verdict.findings.iter().filter(|it| it.excepted.is_none()).collect();
    // Of what could not be judged nobody knows whether it would have found something.
    let is_missing = |rule: &&Expected<String>| {
        judged.failures.is_empty() && !findings.iter().any(|it| it.rule == rule.value)
    };
    let missing =
        case.expect.findings.iter().filter(is_missing).map(|it| missing(it, Some(&docket)));
    let is_expected = |rule: &str| case.expect.findings.iter().any(|it| it.value == rule);
    let stops = findings.iter().filter(|it| it.role != Role::Warn && !is_expected(&it.rule));
    let stops = stops.map(|it| judgement::stop(it).at(place(case, it)));
    Ok(missing.chain(judged.failures.clone()).chain(stops).collect())
}

/// That a rule has found nothing, or that there is none.
fn missing(rule: &Expected<String>, docket: Option<&Docket>) -> Diagnostic {
    let name = rule.value.as_str();
    let mut known = docket.into_iter().flat_map(Docket::rules);
    let is_known = known.any(|it| it == name) || name == UNREAD;
    let message = match is_known {
        true => format!("no policy finds `{name}`"),
        false => format!("there is no rule `{name}` in the policies that judge here"),
    };
    let help = did_you_mean(name, docket.into_iter().flat_map(Docket::rules));
    let mistake = Diagnostic::error("no-finding", message).at(rule.place.clone());
    mistake.maybe_help(help.filter(|_| !is_known))
}

/// Where the case says what a finding is about: the answer, or all answers.
fn place(case: &Case, finding: &Finding) -> Place {
    let pointer =
        finding.pointer.as_deref().filter(|_| finding.path.as_deref() == Some(spec::FILE));
    let steps = ["/spec/parameters/", "/metadata/"];
    let name = pointer.and_then(|it| steps.iter().find_map(|step| it.strip_prefix(step)));
    let stated = name.and_then(|name| case.parameters.iter().find(|it| it.name == name));
    stated.map_or_else(|| case.place.clone(), |it| it.place.clone())
}

/// What is found of a file that can't be read.
const UNREAD: &str = "unread-file";

fn judged(
    context: &Context,
    subject: &Subject,
    case: &Case,
    (rendered, tree): (&Rendered, Tree),
) -> Result<Option<(Judged, Docket)>, Failure> {
    let Some((first, layers)) = rendered.parts.split_first() else { return Ok(None) };
    let text = |name: &str| {
        let answer = first.answers.get(name)?;
        answer.value.as_text().map(str::to_owned)
    };
    let spec = Spec {
        name: text("name").unwrap_or_else(|| case.name.clone()),
        owner: text("owner"),
        description: text("description"),
        annotations: case.annotations.clone(),
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
        ticket: case.ticket.as_deref(),
        folder: &subject.catalog,
        spec: &spec,
        parameters: Value::map(parameters),
    };
    let digest = first.release.digest.to_string();
    let golden_path = judgement::golden_path(shelf, &first.release.manifest.metadata, digest);
    let layers = layers.iter().map(|it| judgement::layer(&it.release)).collect();
    let input = judgement::input(context, deed, golden_path, layers);
    let planned = &rendered.plan.files;
    let templates = Templates::of_plan(&releases, &rendered.plan);
    let ownership = |path: &RepoPath| {
        planned.get(path).map_or(Ownership::Tool.as_str(), |it| it.ownership.as_str())
    };
    let (files, before) = (Listing::from(&tree), Listing::default());
    let files = Files {
        tree: &tree,
        files: &files,
        before: &before,
        unnamed: &[],
        ownership: &ownership,
        templates: &templates,
    };
    // A layer is no service: its files alone can be judged.
    let judged = match first.release.manifest.kind {
        Kind::GoldenPath => judgement::judge(context, &docket, input, &files)?,
        Kind::Layer => judgement::judge_files(context, &docket, input, &files)?,
    };
    Ok(Some((judged, docket)))
}
