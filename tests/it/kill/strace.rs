//! The built program under strace, which fails or kills it at its n-th system call.

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    process::{Command, ExitStatus, Stdio},
};

use super::place::Here;
use crate::sandbox::program;

/// What is done to which calls.
#[derive(Clone, Copy)]
pub(super) struct Injection<'a> {
    pub(super) calls: &'a str,
    /// In strace's words.
    pub(super) does: &'a str,
    /// To every call after the n-th too.
    pub(super) from_then_on: bool,
}

/// How a disturbed run ended.
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) stderr: String,
    /// The call that was disturbed; none if the run made fewer calls.
    pub(super) hit: Option<String>,
    /// Whether the repository was at its place by then.
    pub(super) is_after_publishing: bool,
}

/// Runs the program, and disturbs it at the `when`-th call.
pub(super) fn strace(here: &Here, injection: Injection<'_>, when: usize) -> Ended {
    let Injection { calls, does, from_then_on } = injection;
    let log = here.log();
    let on = if from_then_on { "+" } else { "" };
    let mut command = here.command("strace");
    command.args(["-f", "-qq", "-s", "256", "-o"]).arg(&log);
    // What shows whether the repository is at its place already is always traced.
    let traced = if calls == "all" { calls.to_owned() } else { format!("{calls},/^rename") };
    command.arg("-e").arg(format!("trace={traced}"));
    command.arg("-e").arg(format!("inject={calls}:{does}:when={when}{on}"));
    command.arg(program()).args(here.arguments());
    let output = command.stdin(Stdio::null()).output().unwrap();
    let log = fs::read_to_string(log).unwrap_or_default();
    let (before, hit) = hit(&log);
    let published =
        |line: &&str| line.contains("rename") && line.ends_with(" = 0") && here.is_publishing(line);
    Ended {
        status: output.status,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        hit,
        is_after_publishing: before.lines().any(|line| published(&line)),
    }
}

/// The log before the first call that was disturbed, and that call.
fn hit(log: &str) -> (&str, Option<String>) {
    let marks = ["(INJECTED)", "--- SIG", "+++ killed by"];
    let Some(mark) = marks.iter().filter_map(|mark| log.find(mark)).min() else {
        return (log, None);
    };
    // A signal is told on the line after the call.
    let line_of = |at: usize| log[..at].rfind('\n').map_or(0, |end| end + 1);
    let mut start = line_of(mark);
    if !log[mark..].starts_with("(INJ") && start > 0 {
        start = line_of(start - 1);
    }
    let call = log[start..].lines().next().unwrap_or_default();
    // Without the process's id.
    let call = call.split_once(' ').map_or(call, |(_, call)| call.trim_start());
    (&log[..start], Some(call.to_owned()))
}

/// Whether there is an strace; CI must not do without.
pub(super) fn is_here() -> bool {
    let version = Command::new("strace").arg("-V").stdout(Stdio::null()).status();
    version.is_ok_and(|it| it.success()) || skipped("there is no strace")
}

/// Says aloud that a test could not be run; in CI that is a failure.
pub(super) fn skipped(why: &str) -> bool {
    let in_ci = std::env::var("CI").is_ok_and(|it| !matches!(it.as_str(), "" | "0" | "false"));
    assert!(!in_ci, "nothing may be skipped in CI: {why}");
    eprintln!("SKIPPED: {why}");
    false
}

/// Runs `check`; if it fails, says first what it was about.
pub(super) fn explained<T>(label: &str, check: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(check)).unwrap_or_else(|panic| {
        eprintln!("at {label}");
        resume_unwind(panic)
    })
}
