//! The guard in the verbs: whose policies judge, what they are shown, and what they say.
//!
//! **Invariant:** what may not go on is a [`Failure`] before anything is written; where there is no
//! policy no child is started, and nothing is said of a verdict.

mod present;
mod question;
mod templates;

use std::{collections::BTreeMap, path::Path, sync::atomic::AtomicBool};

use super::{Context, Failure, shelf::Shelf};
use crate::{
    catalog::Release,
    compose,
    data::Value,
    diag::Diagnostic,
    docket::{Docket, Judged, Plan, bundle, placed, rfc3339},
    guard::{Actor, Bundle, Finding, GoldenPath, Layer, PlanInput, Request, Service, Verdict},
    host::Host,
    lock::{self, Lock},
    manifest::{Lifecycle, Metadata},
    policy::{self, Role},
    repo::GitSettings,
    spec::{self, Spec},
    tree::{Entry, Listing, Ownership, RepoPath, Tree},
    ui::{clean_line, human, json_v1},
    worker::{Session, Worker},
};

pub(super) use present::{Asked, Unheard, present, shown, staged};
pub(super) use question::{Guarded, at_flags};
pub(super) use templates::Templates;

/// Who does what to which service.
pub(super) struct Deed<'a> {
    /// `new`, `apply`, `upgrade` or `check`.
    pub(super) action: &'static str,
    /// The ticket of the command line.
    pub(super) ticket: Option<&'a str>,
    /// A folder whose git configuration says who it is.
    pub(super) folder: &'a Path,
    /// What the team wants.
    pub(super) spec: &'a Spec,
    /// Every answer, by parameter.
    pub(super) parameters: Value,
}

/// A service's files, as they will be or are.
pub(super) struct Files<'a> {
    pub(super) tree: &'a Tree,
    pub(super) files: &'a Listing,
    pub(super) before: &'a Listing,
    /// Files with names that no repository of ours can have.
    pub(super) unnamed: &'a [(String, Entry)],
    pub(super) ownership: &'a dyn Fn(&RepoPath) -> &'static str,
    /// What they were made from.
    pub(super) templates: &'a Templates<'a>,
}

/// The policies of the catalog, of its golden path and layers.
pub(super) fn policies(shelf: &Shelf, releases: &[&Release]) -> Result<Vec<Bundle>, Failure> {
    let catalog = shelf.policies()?;
    let data = catalog.data.clone();
    let mut bundles = vec![catalog];
    let mut mistakes = Vec::new();
    for release in releases {
        let Metadata { name, version, .. } = &release.manifest.metadata;
        let kind = release.manifest.kind.name();
        // From the catalog's root: a verdict's digest is the same wherever that is.
        let label = |file: &str| format!("{name}/{version}/{file}");
        let sources = (&release.manifest.sources, &release.files);
        match bundle(format!("{kind} {name} {version}"), sources, &label, &data) {
            Ok(bundle) => bundles.push(bundle),
            Err(found) => mistakes.extend(found),
        }
    }
    if mistakes.is_empty() { Ok(bundles) } else { Err(Failure::Mistakes(mistakes)) }
}

/// The same with what a service adds of its own, and its files; none where there is no policy, and then
/// no file is read.
pub(super) fn gather(
    mut bundles: Vec<Bundle>,
    spec: &Spec,
    files: impl FnOnce() -> Result<Tree, Failure>,
) -> Result<Option<(Docket, Tree)>, Failure> {
    if bundles.iter().all(|it| it.sources.is_empty()) && spec.sources.is_empty() {
        return Ok(None);
    }
    let tree = files()?;
    if !spec.sources.is_empty() {
        let data = bundles.first().map(|it| it.data.clone()).unwrap_or_default();
        let label = |file: &str| file.to_owned();
        bundles.push(bundle("the service".to_owned(), (&spec.sources, &tree), &label, &data)?);
    }
    Ok(Some((Docket::new(bundles), tree)))
}

/// What is to be done about policies and data that a service names and that are not there.
pub(super) fn helped(failure: Failure, help: &dyn Fn() -> Option<String>) -> Failure {
    let is_own = |it: &Diagnostic| {
        let is_absent = ["policy-missing", "policy-data"].contains(&it.code);
        is_absent && it.notes.iter().any(|note| note == "it is named by: the service")
    };
    match failure {
        Failure::Mistakes(mistakes) if mistakes.iter().any(is_own) => {
            let helped = |it: Diagnostic| match (is_own(&it), help()) {
                (true, Some(help)) => it.help(help),
                (true, None) | (false, _) => it,
            };
            Failure::Mistakes(mistakes.into_iter().map(helped).collect())
        }
        other => other,
    }
}

/// What plan policies see besides the files.
pub(super) fn input(
    context: &Context,
    deed: Deed<'_>,
    golden_path: GoldenPath,
    layers: Vec<Layer>,
) -> PlanInput {
    let host = &context.host;
    let spec = deed.spec;
    let annotation = |name: &str| {
        let found = spec.annotations.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone())
    };
    let settings = GitSettings::read(&host.environment, deed.folder, host.now).ok();
    let author = settings.and_then(|it| it.author);
    let entry = |(key, text): &(String, String)| (key.clone(), text.as_str().into());
    PlanInput {
        action: deed.action.to_owned(),
        now: rfc3339(host.now),
        ticket: deed.ticket.map(str::to_owned).or_else(|| annotation("ticket")),
        actor: Actor {
            user: author.as_ref().map(|it| it.name().to_owned()),
            email: author.as_ref().map(|it| it.email().to_owned()),
            ..Actor::default()
        },
        service: Service {
            name: spec.name.clone(),
            owner: spec.owner.clone(),
            description: spec.description.clone(),
            annotations: Value::map(spec.annotations.iter().map(entry)),
        },
        golden_path,
        layers,
        parameters: deed.parameters,
        ..PlanInput::default()
    }
}

/// A golden path as plan policies see it.
pub(super) fn golden_path(shelf: &Shelf, metadata: &Metadata, digest: String) -> GoldenPath {
    let versions = shelf.versions(&metadata.name).iter();
    let latest = versions.rev().find(|it| !it.is_prerelease());
    GoldenPath {
        name: metadata.name.clone(),
        version: metadata.version.to_string(),
        lifecycle: match metadata.lifecycle {
            Lifecycle::Experimental => "experimental",
            Lifecycle::Production => "production",
            Lifecycle::Deprecated => "deprecated",
        }
        .to_owned(),
        successor: metadata.successor.clone(),
        sunset: metadata.sunset.clone(),
        latest: latest.map(ToString::to_string),
        digest: Some(digest),
    }
}

/// A layer as plan policies see it.
pub(super) fn layer(release: &Release) -> Layer {
    let Metadata { name, version, .. } = &release.manifest.metadata;
    Layer { name: name.clone(), version: version.to_string() }
}

/// Has the files judged.
pub(super) fn judge(
    context: &Context,
    docket: &Docket,
    input: PlanInput,
    files: &Files<'_>,
) -> Result<Judged, Failure> {
    let service = input.service.name.clone();
    let plan = plan(context, input, files);
    let worker = worker()?;
    // Its policies are read while the subjects are gathered.
    let session = worker.open(&docket.policies(plan.now)).map_err(Failure::outside)?;
    told(service, session, docket.request(plan), files)
}

/// Has the files judged by the rules over files alone.
pub(super) fn judge_files(
    context: &Context,
    docket: &Docket,
    input: PlanInput,
    files: &Files<'_>,
) -> Result<Judged, Failure> {
    let service = input.service.name.clone();
    let worker = worker()?;
    let (mut request, unread) = docket.request(plan(context, input, files));
    request.subjects.retain(|it| it.path.is_some());
    let session = worker.open(&request).map_err(Failure::outside)?;
    told(service, session, (request, unread), files)
}

fn plan<'a>(context: &Context, input: PlanInput, files: &Files<'a>) -> Plan<'a> {
    let Files { tree, files, before, unnamed, ownership, .. } = *files;
    Plan { input, tree, files, before, unnamed, ownership, now: context.host.now }
}

/// The verdict with its places.
fn told(
    service: String,
    session: Session<'_>,
    (request, unread): (Request, Vec<Finding>),
    files: &Files<'_>,
) -> Result<Judged, Failure> {
    // Nothing is written yet: Ctrl-C may end us as it ends the guard's process.
    let verdict = session.judge(&request, &AtomicBool::new(false)).map_err(Failure::outside)?;
    let verdict = placed(verdict.with(unread), files.tree);
    let failures = verdict.failures.iter().map(|it| it.diagnostic(&request)).collect();
    let made = files.templates.made(&verdict);
    Ok(Judged { service, verdict, failures, made })
}

/// A finding that stops a run, as a mistake.
pub(super) fn stop(finding: &Finding) -> Diagnostic {
    let code = if finding.role == Role::Deny { "denied" } else { "needs-approval" };
    let place = finding.path.as_ref().map(|path| match finding.line {
        Some(line) => format!("{path}:{line}"),
        None => path.clone(),
    });
    let mistake = Diagnostic::error(code, format!("{}: {}", finding.rule, finding.message));
    let who = finding.approver.as_ref().map(|it| match finding.role {
        Role::NeedsApproval => format!("{it} can approve it, by an `exception` in the policies"),
        Role::Deny | Role::Warn => format!("{it} can speak of exceptions"),
    });
    let rule = match (&finding.title, finding.policy.as_str()) {
        (_, "") => None,
        (Some(title), policy) => Some(format!("{title}, {policy}:{}", finding.policy_line)),
        (None, policy) => Some(format!("{policy}:{}", finding.policy_line)),
    };
    let links = finding.links.iter().map(|it| format!("see: {it}"));
    let notes = place.into_iter().chain(rule).chain(who).chain(links);
    notes.fold(mistake, Diagnostic::note).maybe_help(finding.remediation.clone())
}

impl Judged {
    /// Tells people what was found, and what it comes to; programs read it in the result.
    pub(in crate::cli) fn tell(&self, context: &Context) {
        if context.global.format.is_json() {
            return;
        }
        self.tell_findings(context);
        self.tell_printed(context);
        context.screen.say(&self.lines(context));
    }

    /// The same as one of several, by the service's name.
    pub(in crate::cli) fn tell_of(&self, context: &Context, name: &str) {
        if context.global.format.is_json() {
            return;
        }
        let name = clean_line(name);
        if !self.verdict.findings.is_empty() || !self.failures.is_empty() {
            context.screen.say(&format!("{name}:"));
        }
        self.tell_findings(context);
        self.tell_printed(context);
        context.screen.say(&format!("{name}: {}", self.lines(context)));
    }

    /// With `-v`, what policies have printed.
    pub(in crate::cli) fn tell_printed(&self, context: &Context) {
        if !context.global.verbose || context.global.format.is_json() {
            return;
        }
        if let Some(printed) = human::printed(&self.verdict) {
            context.screen.say(&printed);
        }
    }

    fn tell_findings(&self, context: &Context) {
        let found = human::verdict(self, context.screen.look());
        if !found.is_empty() {
            context.screen.say(&format!("{found}\n"));
        }
    }

    /// What it comes to; with `-v` which rules are off, too.
    pub(in crate::cli) fn lines(&self, context: &Context) -> String {
        let off = human::off_line(&self.verdict).filter(|_| context.global.verbose);
        let lines = std::iter::once(human::guard_line(&self.verdict)).chain(off);
        lines.collect::<Vec<_>>().join("\n")
    }

    /// What programs read.
    pub(in crate::cli) fn to_json(&self) -> json_v1::Verdict {
        json_v1::Verdict::new(self)
    }

    /// What stops the run, as mistakes: for lists of several services.
    pub(in crate::cli) fn diagnostics(&self) -> Vec<Diagnostic> {
        let stops = |it: &&Finding| it.role != Role::Warn && it.excepted.is_none();
        let found = self.verdict.findings.iter().filter(stops).map(stop);
        self.failures.iter().cloned().chain(found).collect()
    }
}

/// What the guard says of all at once.
fn judged(request: &Request) -> Result<Verdict, Failure> {
    worker()?.judge(request, &AtomicBool::new(false)).map_err(Failure::outside)
}

fn worker() -> Result<Worker, Failure> {
    Host::program().map(Worker::new).map_err(Failure::outside)
}

/// The message of a finding at a question, and the way to pass.
fn at_question(finding: &Finding) -> String {
    let rule = &finding.rule;
    let said = match (&finding.role, &finding.approver) {
        (Role::NeedsApproval, Some(who)) => {
            format!("{}; {who} must have approved it ({rule})", finding.message)
        }
        (Role::NeedsApproval, None) => {
            format!("{}; somebody must have approved it ({rule})", finding.message)
        }
        (Role::Deny | Role::Warn, _) => format!("{} ({rule})", finding.message),
    };
    match finding.remediation.as_deref().map(str::trim) {
        None | Some("") => said,
        Some(help) => format!("{said}. {help}"),
    }
}

/// What policies say to answers, while others are still to come.
fn at_answer(
    docket: &Docket,
    (parameter, input): (&str, &PlanInput),
    now: i64,
) -> Result<(), String> {
    let request = docket.question(input, now);
    // What can't be judged now is told when everything is.
    let Ok(verdict) = judged(&request) else { return Ok(()) };
    match docket.against(parameter, &verdict) {
        Some(finding) => Err(at_question(finding)),
        None => Ok(()),
    }
}

/// Whose a file is: the plan's word, or the team's own.
pub(super) fn ownership_in(plan: &compose::Service) -> impl Fn(&RepoPath) -> &'static str {
    let planned = plan.plan.files.iter();
    let words: BTreeMap<_, _> =
        planned.map(|(path, it)| (path.clone(), it.ownership.as_str())).collect();
    move |path| match words.get(path) {
        Some(word) => word,
        None if is_tools(path) => Ownership::Tool.as_str(),
        None => TEAM,
    }
}

/// Whose a file is by a lock.
pub(super) fn ownership_by(lock: &Lock) -> impl Fn(&RepoPath) -> &'static str {
    let files = lock.files.iter();
    let words: BTreeMap<_, _> = files.map(|it| (it.path.clone(), it.ownership.as_str())).collect();
    move |path| match words.get(path) {
        Some(word) => word,
        None if is_tools(path) => Ownership::Tool.as_str(),
        None => TEAM,
    }
}

/// What policies call files that no golden path made.
const TEAM: &str = "team";

fn is_tools(path: &RepoPath) -> bool {
    [spec::FILE, lock::FILE].contains(&path.as_str())
}

/// The bundle of a catalog's own policies.
pub(super) fn of_catalog(
    name: &str,
    (sources, files): (&policy::Sources, &Tree),
) -> Result<Bundle, Failure> {
    let label = |file: &str| file.to_owned();
    Ok(bundle(format!("catalog {name}"), (sources, files), &label, &Value::Null)?)
}
