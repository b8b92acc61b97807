//! The built program under strace, which fails or kills it at its n-th system call.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    process::{Command, ExitStatus, Output, Stdio},
};

use crate::sandbox::program;

/// Where the program runs, and what it is told to do there.
pub(super) trait Victim {
    /// A program that starts where the user is.
    fn command(&self, name: &str) -> Command;
    /// Where strace writes.
    fn log(&self) -> PathBuf;
    /// What the program is told to do.
    fn arguments(&self) -> Vec<&'static str>;
    /// Whether a rename in strace's log is the one that makes the work count.
    fn is_publishing(&self, _rename: &str) -> bool {
        false
    }
    /// The exit code of a run that nothing disturbs.
    fn exit(&self) -> i32 {
        0
    }
}

/// A system call of a run: its name, and how many of that name there were up to it.
///
/// strace counts the calls of each name for themselves.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) name: String,
    pub(super) count: usize,
    /// As strace tells it.
    pub(super) line: String,
}

impl Call {
    /// Whether a file or a folder is another after it.
    pub(super) fn changes_something(&self) -> bool {
        let opens_to_write = ["O_CREAT", "O_WRONLY", "O_RDWR", "O_TRUNC"];
        match self.name.as_str() {
            "open" | "openat" => opens_to_write.iter().any(|it| self.line.contains(it)),
            "write" => !["write(1,", "write(2,"].iter().any(|it| self.line.contains(it)),
            "close" | "fsync" | "fdatasync" => false,
            name => super::CHANGES.contains(&name),
        }
    }
}

/// What is done to which calls.
#[derive(Clone, Copy)]
pub(super) struct Injection<'a> {
    /// In strace's words.
    pub(super) does: &'a str,
    /// The first that is disturbed.
    pub(super) first: &'a Call,
    /// These are disturbed too, and all that follow of their names.
    pub(super) then: &'a [Call],
}

/// Every call of an undisturbed run, in order; of several threads' calls those that have a name and
/// a count of their own.
pub(super) fn calls(here: &dyn Victim) -> Vec<Call> {
    let output = traced(here, "all", &[]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(here.exit()), "{stderr}");
    let log = fs::read_to_string(here.log()).unwrap();
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut calls = Vec::new();
    for line in log.lines() {
        let (process, call) = line.split_once(' ').unwrap();
        let Some((name, _)) = call.trim_start().split_once('(') else { continue };
        if !name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_') {
            continue;
        }
        let count = counts.entry((process, name)).or_default();
        *count += 1;
        let call = Call { name: name.to_owned(), count: *count, line: line.to_owned() };
        if !calls.iter().any(|it: &Call| (&it.name, it.count) == (&call.name, call.count)) {
            calls.push(call);
        }
    }
    calls
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

/// Runs the program, and disturbs it.
pub(super) fn disturbed(here: &dyn Victim, injection: Injection<'_>) -> Ended {
    let Injection { does, first, then } = injection;
    let mut options = vec![format!("inject={}:{does}:when={}", first.name, first.count)];
    if !then.is_empty() {
        options[0].push('+');
    }
    let others = then.iter().filter(|call| call.name != first.name);
    options.extend(others.map(|it| format!("inject={}:{does}:when={}+", it.name, it.count)));
    // Only these calls are told, and those that publish.
    let names: BTreeSet<_> = then.iter().chain([first]).map(|it| it.name.as_str()).collect();
    let names: Vec<_> = names.into_iter().chain(["?rename,?renameat,?renameat2"]).collect();
    let output = traced(here, &names.join(","), &options);
    let log = fs::read_to_string(here.log()).unwrap();
    let (before, hit) = hit(&log);
    let published =
        |line: &str| line.contains("rename") && line.ends_with(" = 0") && here.is_publishing(line);
    Ended {
        status: output.status,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        hit,
        is_after_publishing: before.lines().any(published),
    }
}

fn traced(here: &dyn Victim, calls: &str, options: &[String]) -> Output {
    let mut command = here.command("strace");
    let calls = format!("trace={calls}");
    command.args(["-f", "-qq", "-s", "256", "-e", &calls, "-o"]).arg(here.log());
    for option in options {
        command.args(["-e", option]);
    }
    command.arg(program()).args(here.arguments()).stdin(Stdio::null()).output().unwrap()
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

/// Runs `check`; if it fails, says what it was about.
pub(super) fn explained<T>(label: &str, check: impl FnOnce() -> T) -> Option<T> {
    let result = catch_unwind(AssertUnwindSafe(check));
    if result.is_err() {
        eprintln!("at {label}");
    }
    result.ok()
}
