//! The commands of `verify`, run in a repository that is thrown away.

use std::{path::Path, sync::Arc, time::Duration};

use super::play::{release, render};
use crate::{
    case::{self, Case},
    catalog::Release,
    cli::{Context, Failure, committer::Committer, path::Subject},
    diag::Diagnostic,
    host::Stopwatch,
    manifest::Verify,
    plan::Plan,
    program::{Program, ProgramError},
    rehearse::{Snapshot, Test},
    repo::{GitSettings, Landing, Scratch, land},
    text::Document,
};

/// The longest that a command may take.
const LIMIT: Duration = Duration::from_secs(1800);

/// The lines of a command's output that are shown where it fails.
const SHOWN: usize = 30;

/// What is to be verified: a version and its cases.
pub(super) struct Verification {
    release: Arc<Release>,
    cases: Vec<Case>,
}

/// The versions of a subject that have such commands, with their cases.
pub(super) fn verifications(
    subject: &Subject,
    wanted: &[String],
) -> Result<Vec<Verification>, Failure> {
    let mut found = Vec::new();
    for (name, version) in &subject.versions {
        let Ok(release) = release(&subject.shelf, name, version) else { continue };
        let read = |case: String| {
            let file = format!("{}/{case}.yaml", case::FOLDER);
            let label = subject.shelf.file_label(&format!("{name}/{version}/{file}"));
            let text = release.files.file(&file)?.text()?;
            Case::parse(&case, &Document::new(label, text)).ok()
        };
        let is_wanted = |case: &String| wanted.is_empty() || wanted.contains(case);
        let names = case::names(&release.files).into_iter().filter(is_wanted);
        let cases: Vec<_> =
            names.filter_map(read).filter(|it| it.expect.refused.is_none()).collect();
        if !release.manifest.verify.is_empty() && !cases.is_empty() {
            found.push(Verification { release, cases });
        }
    }
    Ok(found)
}

/// Lists everything that will be run.
pub(super) fn list(context: &Context, verifications: &[Verification]) {
    for it in verifications {
        let names: Vec<_> = it.cases.iter().map(|case| case.name.as_str()).collect();
        let commands = it.release.manifest.verify.iter();
        let commands = commands.map(|it| format!("  {}: {}", it.name, it.run.join(" ")));
        let commands: Vec<_> = commands.map(|it| crate::ui::clean_line(&it).into_owned()).collect();
        let heading = format!("{} runs, for {}:", it.release.label(), names.join(", "));
        context.screen.say(&format!("{heading}\n{}", commands.join("\n")));
    }
}

/// Runs the commands of a version for each of its cases.
pub(super) fn verify(
    context: &Context,
    subject: &Subject,
    verification: &Verification,
    committer: &Committer,
) -> Result<Vec<Test>, Failure> {
    let mut tests = Vec::new();
    for case in &verification.cases {
        let rendered = render(&subject.shelf, verification.release.clone(), &case.parameters);
        let rendered = match rendered {
            Ok(rendered) => rendered,
            // It is a failure of the case already.
            Err(Failure::Mistakes(_)) => continue,
            Err(failure) => return Err(failure),
        };
        let scratch = Scratch::new().map_err(Failure::outside)?;
        let folder = scratch.path("service");
        write(context, &rendered.plan, &folder, committer)?;
        for command in &verification.release.manifest.verify {
            let watch = Stopwatch::start();
            let failures = run(context, command, &folder, committer)?;
            tests.push(Test {
                subject: verification.release.label(),
                name: format!("{}, verify: {}", case.name, command.name),
                file: case.document.name().to_owned(),
                failures,
                snapshot: Snapshot::None,
                upgraded: None,
                note: None,
                time: watch.elapsed(),
            });
        }
    }
    Ok(tests)
}

/// Who commits what is thrown away, and when to stop.
pub(super) fn committer(context: &Context) -> Result<Committer, Failure> {
    let host = &context.host;
    let settings = GitSettings::read(&host.environment, &host.folder, host.now);
    Ok(Committer::new(context, settings.map_err(Failure::settings)?, false)?.0)
}

fn write(
    context: &Context,
    plan: &Plan,
    folder: &Path,
    committer: &Committer,
) -> Result<(), Failure> {
    land(&Landing {
        target: folder,
        tree: &plan.tree(),
        words: committer.words("Rendered to be verified"),
        branch: committer.branch(),
        signer: None,
        threads: context.threads(),
        interrupted: committer.interrupted(),
        progress: &|_| {},
    })?;
    Ok(())
}

fn run(
    context: &Context,
    command: &Verify,
    folder: &Path,
    committer: &Committer,
) -> Result<Vec<Diagnostic>, Failure> {
    let Some((name, arguments)) = command.run.split_first() else { return Ok(Vec::new()) };
    let program = Program {
        name,
        arguments: arguments.iter().map(Into::into).collect(),
        environment: context.host.environment.clone(),
        folder: Some(folder.to_owned()),
        input: Vec::new(),
        limit: LIMIT,
    };
    let shown = command.run.join(" ");
    let failed = |what: String| Diagnostic::error("verify", format!("`{shown}` {what}"));
    match program.run_with_all(committer.interrupted()) {
        Ok(ended) if ended.success => Ok(Vec::new()),
        Ok(ended) => {
            let output = String::from_utf8_lossy(&ended.output).into_owned() + &ended.errors;
            Ok(vec![failed("failed".to_owned()).note(last_lines(&output))])
        }
        Err(ProgramError::Interrupted) => Err(Failure::interrupted()),
        Err(error) => Ok(vec![failed(format!("could not be run: {error}"))]),
    }
}

fn last_lines(output: &str) -> String {
    let lines: Vec<_> = output.lines().collect();
    let first = lines.len().saturating_sub(SHOWN);
    lines.get(first..).unwrap_or_default().join("\n")
}
