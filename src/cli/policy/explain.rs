//! `flagstone policy explain`: one rule whole, and what it found in an input.

use std::path::PathBuf;

use clap::Args;

use super::{
    check::{found, in_rules},
    given::Given,
    input::{self, Beside, Tests},
    judged::{judged, studied},
};
use crate::{
    cli::{Context, Exit, Failure},
    data::Value,
    diag::Diagnostic,
    guard::{Bundle, Finding, Request, StudiedRule, Study},
    name::did_you_mean,
    syntax,
    text::Place,
    tree::RepoPath,
    ui::{
        human::{self, Explained, Helpers, Inspected},
        json_v1::{PolicyExplanation, PolicyInspected, PolicyPart, PolicyRule},
    },
};

/// Explain a rule: what it looks at, the way to pass, who can approve.
///
/// With `--input` also what it finds there, with what stands at each place.
#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    /// The rule's id, or its package and name.
    #[arg(value_name = "RULE")]
    rule: String,
    /// Only the finding of this number, or of this fingerprint or its beginning.
    #[arg(value_name = "FINDING")]
    finding: Option<String>,
    /// A folder of policies, one policy, or an OPA bundle (`.tar.gz`) [default: those that judge here].
    #[arg(long = "policy", value_name = "DIR")]
    policies: Vec<PathBuf>,
    #[command(flatten)]
    beside: Beside,
    /// The file that policies see as `input`, read by its kind as the guard reads it, each document by
    /// itself; `-` is standard input, as YAML or JSON.
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
}

pub(super) fn run(context: &Context, arguments: &ExplainArguments) -> Result<Exit, Failure> {
    if let (Some(finding), None) = (&arguments.finding, &arguments.input) {
        return Err(without_input(context, finding));
    }
    let gathered = input::gathered(context, (&arguments.policies, Tests::Read), &arguments.beside)?;
    let bundles = &gathered.bundles;
    let study = studied(context, bundles)?;
    let bundle = input::whole(bundles);
    let mistakes = in_rules(found(&bundle, &study));
    if !mistakes.is_empty() {
        return Err(Failure::Mistakes(mistakes));
    }
    let rules = rules(&study, &arguments.rule)?;
    let findings = match &arguments.input {
        Some(file) => {
            let given = Given::read(context, file)?;
            let all = inspect(context, bundles, &rules, &given)?;
            picked(all, arguments.finding.as_deref(), &arguments.rule)?
        }
        None => Vec::new(),
    };
    let input = arguments.input.as_ref().map(|it| it.display().to_string());
    let (rules, sources) = (rules.as_slice(), bundle.sources.as_slice());
    let tests_elsewhere = |it: &StudiedRule| gathered.has_no_tests(it.part.source);
    let helpers = if context.global.verbose { Helpers::Shown } else { Helpers::Counted };
    let explained = Explained {
        rules,
        findings: &findings,
        input: input.as_deref(),
        sources,
        helpers,
        tests_elsewhere: &tests_elsewhere,
    };
    context.show(&human::explained(&explained, context.screen.look()), &document(&explained))?;
    Ok(Exit::Done)
}

/// What the guard itself finds.
const UNREAD: &str = "unread-file";

/// A second argument that means nothing by itself.
fn without_input(context: &Context, finding: &str) -> Failure {
    let is_place =
        context.host.is_folder(finding.as_ref()) || context.host.is_file(finding.as_ref());
    let (message, help) = match is_place {
        true => (
            format!("`{finding}` stands where a finding would"),
            format!("name the policies with `--policy {finding}`, or the input with `--input`"),
        ),
        false => (
            format!("nobody knows the finding `{finding}` without an input"),
            "name the file in which it was found with `--input FILE`".to_owned(),
        ),
    };
    Failure::Usage(Diagnostic::error("usage", message).help(help))
}

/// The definitions of an id, of a package and name, or of a name.
fn rules<'s>(study: &'s Study, wanted: &str) -> Result<Vec<&'s StudiedRule>, Failure> {
    let is_it = |rule: &&StudiedRule| {
        let full = || format!("{}.{}", rule.package, rule.name);
        rule.id == wanted || rule.name == wanted || full() == wanted
    };
    let found: Vec<_> = study.rules.iter().filter(is_it).collect();
    if found.is_empty() && wanted == UNREAD {
        let message = format!(
            "`{UNREAD}` is no rule: the guard itself finds a file that no policy could be shown"
        );
        let help = "docs/policies.md says which files it denies, and of which it warns";
        return Err(Failure::mistake(Diagnostic::error("unknown-rule", message).help(help)));
    }
    if found.is_empty() {
        let message = format!("there is no rule `{wanted}`");
        let known = study.rules.iter().flat_map(|it| [it.id.as_str(), it.name.as_str()]);
        let help = did_you_mean(wanted, known);
        let list = match wanted.starts_with("sha256:") {
            true => "that is a finding: name its rule before it, and the file with `--input FILE`",
            false => "`flagstone policy list` lists them",
        }
        .to_owned();
        let mistake = Diagnostic::error("unknown-rule", message).help(help.unwrap_or(list));
        return Err(Failure::mistake(mistake));
    }
    Ok(found)
}

/// What rules find in an input, and what stands there.
fn inspect(
    context: &Context,
    bundles: &[Bundle],
    rules: &[&StudiedRule],
    given: &Given,
) -> Result<Vec<Inspected>, Failure> {
    let without_tests = |bundle: &Bundle| {
        let sources = bundle.sources.iter().filter(|it| !it.path.ends_with(input::TEST)).cloned();
        Bundle { sources: sources.collect(), ..bundle.clone() }
    };
    let bundles: Vec<_> = bundles.iter().map(without_tests).collect();
    let request = Request {
        subjects: given.subjects(&bundles),
        bundles,
        now: context.host.now,
        ..Request::default()
    };
    let verdict = judged(&request)?;
    if !verdict.failures.is_empty() {
        let failures = verdict.failures.iter().map(|it| it.diagnostic(&request));
        return Err(Failure::Mistakes(failures.collect()));
    }
    let of_rules =
        verdict.findings.into_iter().filter(|it| rules.iter().any(|rule| rule.id == it.rule));
    let inspected = of_rules.enumerate().map(|(at, finding)| {
        let (value, place) = stands(context, given, &finding);
        Inspected { number: at + 1, finding, value, place }
    });
    Ok(inspected.collect())
}

/// What stands where a finding points to: in the input, in a file of the plan that the input is, or in
/// a file beside us.
fn stands(context: &Context, given: &Given, finding: &Finding) -> (Option<Value>, Option<Place>) {
    let pointer = finding.pointer.as_deref().unwrap_or_default();
    if let Some(config) = given.document(finding) {
        let value = at(&config.root.to_value(), pointer).cloned();
        let place = value.is_some().then(|| config.value_place(pointer));
        return (value, place);
    }
    let Some(path) = finding.path.as_deref() else { return (None, None) };
    let plan = given.plan().unwrap_or_default();
    let files = plan.get("files").map(Value::items).unwrap_or_default();
    let is_it = |file: &&Value| file.get("path").and_then(Value::as_text) == Some(path);
    let parsed = files.iter().find(is_it).and_then(|it| it.get("parsed"));
    let value = parsed.and_then(|it| at(it, pointer)).cloned();
    // A policy may name any file: only those below us are shown.
    let file = RepoPath::parse(path).ok();
    let text = file.and_then(|it| context.host.read_text(it.as_str().as_ref()).ok());
    let configs = text.and_then(|text| syntax::lenient_inputs(path, &text).ok());
    let config = match configs.as_deref() {
        Some([config]) => Some(config),
        _ => None,
    };
    let value = value.or_else(|| config.and_then(|it| at(&it.root.to_value(), pointer).cloned()));
    (value, config.map(|it| it.place(pointer)))
}

/// The part of a value that a JSON pointer leads to.
fn at<'v>(value: &'v Value, pointer: &str) -> Option<&'v Value> {
    let steps = pointer.split('/').skip(1).map(unescaped);
    steps.into_iter().try_fold(value, |value, step| match value {
        Value::List(items) => items.get(step.parse::<usize>().ok()?),
        other => other.get(&step),
    })
}

fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// The findings that are wanted.
fn picked(
    all: Vec<Inspected>,
    wanted: Option<&str>,
    rule: &str,
) -> Result<Vec<Inspected>, Failure> {
    let Some(wanted) = wanted else { return Ok(all) };
    let number = wanted.parse::<usize>().ok();
    let known = wanted.trim_start_matches("sha256:");
    let count = all.len();
    let is_it = |it: &Inspected| {
        let fingerprint = it.finding.fingerprint.trim_start_matches("sha256:");
        number == Some(it.number) || (known.len() >= 6 && fingerprint.starts_with(known))
    };
    let picked: Vec<_> = all.into_iter().filter(is_it).collect();
    if picked.is_empty() {
        let message = format!("`{rule}` has no finding `{wanted}` in this input");
        let help = match count {
            0 => "it finds nothing there".to_owned(),
            _ => {
                format!(
                    "write a number from 1 to {count}, or at least 6 letters of a fingerprint, behind `sha256:`"
                )
            }
        };
        return Err(Failure::mistake(Diagnostic::error("unknown-finding", message).help(help)));
    }
    Ok(picked)
}

fn document(explained: &Explained<'_>) -> PolicyExplanation {
    let mut parts: Vec<_> = explained
        .rules
        .iter()
        .flat_map(|it| [it.part].into_iter().chain(it.helpers.clone()))
        .collect();
    parts.sort();
    parts.dedup();
    let rules = explained.rules.iter().map(|it| PolicyRule::new(it, explained.sources));
    let inspected = explained
        .findings
        .iter()
        .map(|it| PolicyInspected::new(&it.finding, it.value.as_ref(), it.place.as_ref()));
    PolicyExplanation {
        format: crate::ui::json_v1::FORMAT,
        rules: rules.collect(),
        sources: parts.into_iter().map(|it| PolicyPart::new(it, explained.sources)).collect(),
        findings: inspected.collect(),
    }
}
