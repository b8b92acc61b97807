//! Tests of policies as a test report.

use std::{fmt::Write as _, time::Duration};

use super::{CLOSING, escaped};
use crate::{
    diag::Diagnostic,
    guard::{End, Source, Tested, Trial},
};

/// The report of what came of tests.
pub fn junit_of_trial(
    trial: &Trial,
    failures: &[Diagnostic],
    (sources, time): (&[Source], Duration),
) -> String {
    let ended = |end: End| trial.tests.iter().filter(|it| it.end == end).count();
    let counts = format!(
        "tests=\"{}\" failures=\"{}\" errors=\"{}\"",
        trial.tests.len() + failures.len(),
        ended(End::Failed),
        ended(End::Erred) + failures.len()
    );
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"flagstone policy test\" {counts} \
         time=\"{:.3}\">\n  <testsuite name=\"policies\" {counts} skipped=\"{}\">\n",
        time.as_secs_f64(),
        ended(End::Skipped)
    );
    for failure in failures {
        let name = failure.place.as_ref().map_or("policies", |it| it.document.name());
        let line = escaped(&line(failure));
        // Writing into a String can't fail.
        let _ = writeln!(
            text,
            "    <testcase classname=\"policies\" name=\"{}\">\n      <error message=\"{line}\"/>\n    \
             </testcase>",
            escaped(name)
        );
    }
    trial.tests.iter().for_each(|it| text.push_str(&case(it, sources)));
    text + CLOSING
}

fn case(test: &Tested, sources: &[Source]) -> String {
    let (package, name) = test.name.rsplit_once('.').unwrap_or(("", &test.name));
    let file = sources.get(test.head.source).map_or("", |it| it.path.as_str());
    let head = format!(
        "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\"",
        escaped(package),
        escaped(name),
        escaped(file)
    );
    let why = test.why.as_ref().map(|it| it.diagnostic(sources));
    let why = why.map(|it| (escaped(&it.message), escaped(&line(&it)))).unwrap_or_default();
    let body = match test.end {
        End::Passed => return format!("{head}/>\n"),
        End::Skipped => "<skipped/>".to_owned(),
        End::Failed => format!("<failure message=\"{}\">{}</failure>", why.0, why.1),
        End::Erred => format!("<error message=\"{}\">{}</error>", why.0, why.1),
    };
    format!("{head}>\n      {body}\n    </testcase>\n")
}

/// A mistake with its place, and what is known of it.
fn line(mistake: &Diagnostic) -> String {
    let place = mistake.place.as_ref().map(|it| format!("{}: ", it.label())).unwrap_or_default();
    let notes: String = mistake.notes.iter().map(|it| format!("\n{it}")).collect();
    format!("{place}{}{notes}", mistake.message)
}
