//! One case of one version, played.

use std::sync::Arc;

use super::{judged::unjudged, upgrade::upgrade};
use crate::{
    answer::Answers,
    case::{self, Case},
    catalog::Release,
    cli::{
        Context, Failure,
        path::{Subject, told},
        render::layers,
        shelf::Shelf,
    },
    compose::{Answered, plan_of},
    diag::Diagnostic,
    host::Stopwatch,
    manifest::Kind,
    patch::{Part, Patch, Side, unified},
    plan::Plan,
    rehearse::{
        Reached, Snapshot, Test, changed_parts, overview, reached, snapshot, unmet, unrefused,
    },
    repo,
    resolve::{Asking, Given, GivenAnswers, Questionnaire, resolve},
    spec::Stated,
    text::Document,
    tree::{Mode, RepoPath, Tree},
    version::Version,
};

/// A case that is to be played.
pub(super) struct Task {
    /// The golden path or layer.
    name: String,
    version: Version,
    case: String,
    document: Document,
    snapshot: Option<String>,
}

/// What came of a case.
pub(super) struct Played {
    /// The case itself, then its upgrades.
    pub(super) tests: Vec<Test>,
    /// The snapshot as it is now, where it should be another.
    snapshot: Option<(RepoPath, String)>,
    /// What its templates reached.
    pub(super) reached: Reached,
}

/// A case rendered.
pub(super) struct Rendered {
    /// The golden path or layer, then its layers, each with its answers.
    pub(super) parts: Vec<Answered>,
    /// The files.
    pub(super) plan: Plan,
}

impl Task {
    pub(super) fn new(
        subject: &Subject,
        (name, version): (&str, &Version),
        case: String,
        files: &Tree,
    ) -> Self {
        let text = |file: &str| files.file(file).and_then(|it| it.text()).map(str::to_owned);
        let file = format!("{}/{case}.yaml", case::FOLDER);
        let label = subject.shelf.file_label(&format!("{name}/{version}/{file}"));
        Self {
            name: name.to_owned(),
            version: version.clone(),
            document: Document::new(label, text(&file).unwrap_or_default()),
            snapshot: text(&case::snapshot_file(&case)),
            case,
        }
    }

    fn test(&self, name: String) -> Test {
        Test {
            subject: format!("{}@{}", self.name, self.version),
            name,
            file: self.document.name().to_owned(),
            failures: Vec::new(),
            snapshot: Snapshot::None,
            upgraded: None,
            note: None,
            time: std::time::Duration::ZERO,
        }
    }
}

impl Played {
    /// Writes the snapshot, where it is not what it should be. Where that fails, the test does.
    pub(super) fn accept(&mut self, subject: &Subject) {
        let Some((file, text)) = self.snapshot.take() else { return };
        let written = repo::write_text(&subject.catalog.join(file.as_str()), &text);
        for test in &mut self.tests {
            if !matches!(test.snapshot, Snapshot::Missing(_) | Snapshot::Differs(_)) {
                continue;
            }
            match &written {
                Ok(()) => test.snapshot = Snapshot::Accepted,
                Err(error) => test.failures.push(unwritten(error)),
            }
        }
    }
}

/// A snapshot that could not be written.
pub(super) fn unwritten(error: &impl std::error::Error) -> Diagnostic {
    let causes = std::iter::successors(error.source(), |it| it.source());
    let mistake = Diagnostic::error("unwritten", error.to_string());
    causes.fold(mistake, |mistake, cause| mistake.note(cause.to_string()))
}

/// Plays a case. What is wrong with it, or with its golden path, is a failure of the test.
pub(super) fn play(context: &Context, subject: &Subject, task: &Task) -> Result<Played, Failure> {
    let watch = Stopwatch::start();
    let mut played = Played { tests: Vec::new(), snapshot: None, reached: Reached::new() };
    let mut test = task.test(task.case.clone());
    let case = Case::parse(&task.case, &task.document);
    match &case {
        Err(mistakes) => test.failures.clone_from(mistakes),
        Ok(case) => played.judge((context, subject), task, case, &mut test)?,
    }
    test.time = watch.elapsed();
    played.tests.push(test);
    for wanted in case.iter().flat_map(|case| &case.upgrades) {
        let case = case.as_ref().map_err(|mistakes| Failure::Mistakes(mistakes.clone()))?;
        played.tests.push(task.upgrade(subject, case, wanted)?);
    }
    Ok(played)
}

impl Task {
    fn upgrade(
        &self,
        subject: &Subject,
        case: &Case,
        wanted: &case::Upgrade,
    ) -> Result<Test, Failure> {
        let watch = Stopwatch::start();
        let what = wanted.name.as_ref().map(|name| format!(": {name}")).unwrap_or_default();
        let mut test = self.test(format!("{}, from {}{what}", self.case, wanted.from.value));
        let outcome = release(&subject.shelf, &self.name, &self.version)
            .and_then(|target| upgrade(subject, &target, case, wanted))
            .map_err(|failure| told::of_case(failure, case));
        match outcome {
            Ok(outcome) => {
                test.failures = outcome.failures;
                test.upgraded = Some(outcome.upgraded);
            }
            Err(Failure::Mistakes(mistakes)) => test.failures = mistakes,
            Err(failure) => return Err(failure),
        }
        test.time = watch.elapsed();
        Ok(test)
    }
}

impl Played {
    /// Renders a case, and says of it what is not as it should be.
    fn judge(
        &mut self,
        (context, subject): (&Context, &Subject),
        task: &Task,
        case: &Case,
        test: &mut Test,
    ) -> Result<(), Failure> {
        let rendered = release(&subject.shelf, &task.name, &task.version)
            .and_then(|release| render(&subject.shelf, release, &case.parameters))
            .map_err(|failure| told::of_case(failure, case));
        let rendered = match rendered {
            Ok(rendered) => rendered,
            Err(Failure::Mistakes(mistakes)) => {
                test.failures = unrefused(&case.expect, mistakes);
                return Ok(());
            }
            Err(failure) => return Err(failure),
        };
        self.reached = reached(&rendered.parts, &subject.shelf.data, &rendered.plan);
        if let Some(refused) = &case.expect.refused {
            let message = format!("the answers are not refused with `{}`", refused.value);
            let mistake = Diagnostic::error("not-refused", message).at(refused.place.clone());
            test.failures.push(mistake.label("they render"));
            return Ok(());
        }
        let tree = rendered.plan.tree();
        test.failures = unmet(&case.expect, &tree);
        test.failures.extend(unjudged(context, subject, case, (&rendered, tree))?);
        let text = snapshot(&rendered.plan, case.texts.as_deref());
        test.snapshot = compared(task.snapshot.as_deref(), &text);
        if !matches!(test.snapshot, Snapshot::Same) {
            let file = case::snapshot_file(&task.case);
            let file = RepoPath::parse(&format!("{}/{}/{file}", task.name, task.version));
            self.snapshot = file.ok().map(|file| (file, text));
        }
        Ok(())
    }
}

fn compared(before: Option<&str>, after: &str) -> Snapshot {
    let Some(before) = before else { return Snapshot::Missing(overview(after)) };
    if before == after {
        return Snapshot::Same;
    }
    let differs = |(path, (before, after)): (&str, (Option<&str>, Option<&str>))| {
        (path.to_owned(), difference(before, after))
    };
    Snapshot::Differs(changed_parts(before, after).into_iter().map(differs).collect())
}

/// The lines that differ, without git's heading.
fn difference(before: Option<&str>, after: Option<&str>) -> Patch {
    let path = RepoPath::parse("snapshot").expect("a plain name is a path");
    let side = |text: &str| text.as_bytes().to_vec();
    let (before, after) = (before.map(side), after.map(side));
    let whole = |bytes| Side { path: &path, mode: Mode::File, bytes };
    let patch = unified(before.as_deref().map(whole), after.as_deref().map(whole));
    let bare = |part: Part| Part { header: Vec::new(), ..part };
    Patch { parts: patch.parts.into_iter().map(bare).collect() }
}

/// A version of a golden path or layer.
pub(super) fn release(
    shelf: &Shelf,
    name: &str,
    version: &Version,
) -> Result<Arc<Release>, Failure> {
    let kind = shelf.manifest(name, version)?.kind;
    shelf.exact(kind, name, version)
}

/// Renders a golden path with its layers, or a layer by itself.
pub(super) fn render(
    shelf: &Shelf,
    release: Arc<Release>,
    stated: &[Stated],
) -> Result<Rendered, Failure> {
    let answers = answers(&release, stated)?;
    let layers = match release.manifest.kind {
        Kind::GoldenPath => layers(shelf, &release, &answers)?.0,
        Kind::Layer => Vec::new(),
    };
    let parts: Vec<_> = std::iter::once(Answered { release, answers }).chain(layers).collect();
    let plan = plan_of(&parts.iter().collect::<Vec<_>>(), &shelf.data)?;
    Ok(Rendered { parts, plan })
}

/// The answers of a case to a golden path or layer, defaults and all.
pub(super) fn answers(release: &Release, stated: &[Stated]) -> Result<Answers, Failure> {
    let questionnaire = Questionnaire::new(&release.manifest.parameters, &release.manifest.rules)?;
    Ok(resolve(&questionnaire, &given(stated), Asking::Nobody)?.answers)
}

/// The answers of a case as they are given.
pub(in crate::cli::path) fn given(stated: &[Stated]) -> GivenAnswers {
    stated.iter().map(|it| (it.name.clone(), Given::from(it))).collect()
}
