//! Runs that are cut off, at every system call: nothing is left, or the whole repository.
//!
//! strace fails or kills the built program at its n-th system call. The tests take a sample of the
//! n; with `FLAGSTONE_TEST_EVERY_POINT` they take every n (`cargo xtask kill-points`, on the release
//! binary). `--jobs 1` is one thread, so that n means the same in every run.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::string_slice,
    reason = "what was tried is told; the log of strace is cut where its lines end"
)]

mod disk;
mod place;
mod service;
mod strace;
mod upgrade;

use std::os::unix::process::ExitStatusExt as _;

use place::{Found, Here, Place, State};
use strace::{Call, Ended, Injection, calls, disturbed};

/// The calls that change a file or a folder, on any processor.
const CHANGES: &[&str] = &[
    "open",
    "openat",
    "creat",
    "write",
    "pwrite64",
    "writev",
    "mkdir",
    "mkdirat",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "unlink",
    "unlinkat",
    "rmdir",
    "chmod",
    "fchmod",
    "fchmodat",
    "utimensat",
    "truncate",
    "ftruncate",
    "fsync",
    "fdatasync",
    "flock",
    "close",
];

/// Those that can fail for good without the standard library taking it for a mistake of ours.
const LASTING: &[&str] = CHANGES.split_at(CHANGES.len() - 1).0;

/// The calls that a full disk refuses.
const GROWTH: &[&str] =
    &["write", "pwrite64", "writev", "mkdir", "mkdirat", "symlink", "symlinkat", "fsync"];

/// Where this is set, every call is tried. With `changes`, which takes minutes and not an hour: of
/// the kills those at a call that changes something, for between two of them a kill leaves the same
/// everywhere; of all else every eleventh.
const EVERY_POINT: &str = "FLAGSTONE_TEST_EVERY_POINT";

/// The end of the process, which no program survives.
const NOT_TO_FAIL: &[&str] = &["exit_group", "exit"];

/// One way to disturb a run, at a call.
#[derive(Clone, Copy)]
struct Disturbance<'a> {
    what: &'a str,
    /// In strace's words.
    does: &'a str,
    /// The calls at which it happens; none are all.
    calls: &'a [&'a str],
    /// Whether every later one of these calls is disturbed too.
    from_then_on: bool,
    /// Every how many of the calls are tried; all of them where that is asked for.
    sample: usize,
    /// Only the calls that strace tells with these words, and no sample of them.
    telling: Option<&'a str>,
    /// Where an earlier run was killed, whose leftover the disturbed one removes.
    after_a_kill_at: Option<(&'a str, usize)>,
    judge: fn(&Case<'_>),
}

/// How the runs ended.
#[derive(Default)]
struct Tally {
    runs: usize,
    nothing: usize,
    whole: usize,
    loose: usize,
    leftovers: usize,
}

/// One run that was disturbed.
struct Case<'a> {
    ended: &'a Ended,
    found: &'a Found,
}

/// Disturbs runs at one call after the other and judges each; the run after it must always do its
/// work and leave nothing beside it.
fn sweep(place: Place, disturbance: Disturbance<'_>) {
    if !strace::is_here() {
        return;
    }
    let Disturbance { what, does, from_then_on, judge, .. } = disturbance;
    let here = || {
        let here = Here::new(place);
        if let Some((name, count)) = disturbance.after_a_kill_at {
            let first = &Call { name: name.to_owned(), count, line: String::new() };
            let killed = disturbed(&here, Injection { does: "signal=KILL", first, then: &[] });
            assert!(killed.hit.is_some() && here.look().leftover);
        }
        here
    };
    let all = calls(&here());
    let (mut tally, mut faults) = (Tally::default(), 0);
    for at in disturbance.points(&all) {
        let then = if from_then_on { disturbance.rest(&all, at) } else { Vec::new() };
        let here = here();
        let ended = disturbed(&here, Injection { does, first: &all[at], then: &then });
        let hit = ended.hit.as_deref().unwrap_or("was not reached");
        let label = format!("{what}, {place:?}, n = {}: {hit}\n{}", at + 1, ended.stderr);
        // How often these are called depends on where the system puts the heap.
        if ended.hit.is_none()
            && ["brk", "madvise", "mmap", "munmap"].contains(&all[at].name.as_str())
        {
            assert!(ended.status.success(), "{label}");
            continue;
        }
        let good = strace::explained(&label, || {
            let found = here.look();
            judge(&Case { ended: &ended, found: &found });
            here.must_recover(&found);
            tally.add(&found);
        });
        faults += usize::from(good.is_none());
    }
    assert_eq!(faults, 0, "{what}, {}: see above", place.words());
    println!("kill-points: {what}, {} ({} calls): {}", place.words(), all.len(), tally.told());
}

impl Disturbance<'_> {
    fn points(&self, all: &[Call]) -> Vec<usize> {
        let is_meant = |call: &Call| match self.calls {
            // The first call is strace's, and starts the program.
            _ if call.name == "execve" => false,
            [] => !self.does.starts_with("error") || !NOT_TO_FAIL.contains(&call.name.as_str()),
            names => names.contains(&call.name.as_str()),
        };
        if let Some(words) = self.telling {
            return (0..all.len()).filter(|at| all[*at].line.contains(words)).collect();
        }
        let every = std::env::var(EVERY_POINT).ok();
        if self.does == "signal=KILL" && every.as_deref() == Some("changes") {
            return (0..all.len()).filter(|at| all[*at].changes_something()).collect();
        }
        let step = match every.as_deref() {
            None => self.sample,
            Some("changes") => self.sample.min(11),
            Some(_) => 1,
        };
        // Backwards, for it is at the end that most is at stake.
        let skipped = self.what.len() % step;
        (0..all.len()).rev().filter(|at| is_meant(&all[*at])).skip(skipped).step_by(step).collect()
    }

    /// The first call of each name from `at` on.
    fn rest(&self, all: &[Call], at: usize) -> Vec<Call> {
        let mut rest: Vec<Call> = Vec::new();
        for call in &all[at..] {
            let is_meant = self.calls.is_empty() || self.calls.contains(&call.name.as_str());
            if is_meant && rest.iter().all(|it| it.name != call.name) {
                rest.push(call.clone());
            }
        }
        rest
    }
}

impl Tally {
    fn told(&self) -> String {
        let Self { runs, nothing, whole, loose, leftovers } = self;
        format!(
            "{runs} runs, {nothing} left nothing, {whole} the whole, {loose} files for the next run \
             to undo; {leftovers} left a hidden folder"
        )
    }

    fn add(&mut self, found: &Found) {
        self.runs += 1;
        match found.state {
            State::Nothing => self.nothing += 1,
            State::Whole => self.whole += 1,
            State::Loose => self.loose += 1,
        }
        self.leftovers += usize::from(found.leftover);
    }
}

const KILLED: Disturbance<'_> = Disturbance {
    what: "killed",
    does: "signal=KILL",
    calls: &[],
    from_then_on: false,
    sample: 23,
    telling: None,
    after_a_kill_at: None,
    judge: killed,
};
const BROKEN: Disturbance<'_> = Disturbance {
    what: "every change fails from then on",
    does: "error=EIO",
    calls: LASTING,
    from_then_on: true,
    sample: 31,
    telling: None,
    after_a_kill_at: None,
    judge: broken,
};
const FULL: Disturbance<'_> = Disturbance {
    what: "the disk is full from then on",
    does: "error=ENOSPC",
    calls: GROWTH,
    from_then_on: true,
    sample: 11,
    telling: None,
    after_a_kill_at: None,
    judge: full,
};

const fn interrupted_by<'a>(what: &'a str, does: &'a str) -> Disturbance<'a> {
    let (calls, from_then_on, sample) = (&[], false, 61);
    Disturbance { what, does, calls, from_then_on, sample, judge: interrupted, ..KILLED }
}

const fn change_fails<'a>(what: &'a str, does: &'a str) -> Disturbance<'a> {
    let (calls, from_then_on, sample) = (CHANGES, false, 31);
    Disturbance { what, does, calls, from_then_on, sample, judge: failed, ..KILLED }
}

/// Each place is tests of its own, so that they run side by side.
macro_rules! at_every_place {
    ($($name:ident: $place:expr,)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn killed_at_any_call() {
                sweep($place, KILLED);
            }

            #[test]
            fn a_change_fails() {
                sweep($place, change_fails("a change fails with ENOSPC", "error=ENOSPC"));
                sweep($place, change_fails("a change fails with EIO", "error=EIO"));
                sweep($place, change_fails("a change fails with EACCES", "error=EACCES"));
            }

            #[test]
            fn any_call_fails() {
                let any = change_fails("any call fails with EIO", "error=EIO");
                sweep($place, Disturbance { calls: &[], sample: 61, judge: failed_anywhere, ..any });
            }

            #[test]
            fn everything_fails_from_then_on() {
                sweep($place, FULL);
                sweep($place, BROKEN);
            }

            #[test]
            fn ctrl_c_at_any_call() {
                sweep($place, interrupted_by("SIGINT", "signal=INT"));
                let other = interrupted_by("SIGTERM", "signal=TERM");
                sweep($place, Disturbance { calls: CHANGES, ..other });
            }

            #[test]
            fn a_second_ctrl_c_ends_the_run_at_once() {
                let once = interrupted_by("SIGINT twice", "signal=INT");
                let twice = Disturbance { calls: CHANGES, from_then_on: true, ..once };
                sweep($place, Disturbance { judge: interrupted_twice, ..twice });
            }
        }
    )*};
}

at_every_place! {
    a_free_target: Place::Free,
    an_empty_folder: Place::Empty,
    the_folder_itself: Place::Itself,
    missing_parents: Place::MissingParents,
}

/// Each thread's calls are counted for themselves; where the others are is up to chance.
#[test]
fn killed_with_several_threads() {
    sweep(Place::SeveralThreads, Disturbance { calls: CHANGES, judge: killed_by_chance, ..KILLED });
}

/// Calls whose failure once left something, or was told as something else.
#[test]
fn calls_that_once_left_something() {
    let places = [Place::Free, Place::Empty, Place::Itself, Place::MissingParents];
    let fails = change_fails("one call fails", "error=EIO");
    for words in ["/lock\"", "tiny/1.0.0\", AT_STATX", "golden-path.yaml\", AT_STATX"] {
        for place in places {
            sweep(place, Disturbance { telling: Some(words), ..fails });
        }
    }
    // git shall not see the hidden folder inside of the finished repository.
    let inside = Some("/.flagstone-landing");
    sweep(Place::Itself, Disturbance { telling: inside, ..KILLED });
    // Nothing is forgotten because it can't be looked at.
    let after_a_kill_at = Some(("renameat2", 7));
    let looks = Disturbance { telling: Some("AT_SYMLINK_NOFOLLOW"), after_a_kill_at, ..fails };
    sweep(Place::Itself, Disturbance { judge: failed_to_undo, ..looks });
}

/// What can't be undone now is undone by the run after.
fn failed_to_undo(case: &Case<'_>) {
    match case.ended.status.code() {
        Some(0) => assert_eq!(case.found.state, State::Whole),
        Some(5) => assert!(case.found.leftover || case.found.state == State::Nothing),
        _ => panic!("ended with {}", case.ended.status),
    }
}

/// The run that removes a dead run's leftover may be killed as well.
#[test]
fn killed_while_it_removes_a_leftover() {
    let again = Disturbance { what: "killed after a kill", calls: CHANGES, ..KILLED };
    let rename = Some(("renameat2", 1));
    sweep(Place::Free, Disturbance { after_a_kill_at: rename, ..again });
    // Everything was moved but `.git`.
    let last_rename = Some(("renameat2", 7));
    let undoing = Disturbance { after_a_kill_at: last_rename, ..again };
    sweep(Place::Itself, Disturbance { telling: Some("/orders/config"), ..undoing });
    sweep(Place::Itself, Disturbance { after_a_kill_at: last_rename, ..again });
}

fn killed(case: &Case<'_>) {
    assert_eq!(case.ended.status.signal(), Some(9));
    assert!(case.found.state != State::Loose || case.found.leftover, "who shall undo it?");
}

fn killed_by_chance(case: &Case<'_>) {
    if case.ended.hit.is_some() {
        killed(case);
    }
}

/// A change that fails is told, and leaves nothing; or it does no harm.
fn failed(case: &Case<'_>) {
    let Case { ended, found } = case;
    match ended.status.code() {
        _ if by_closedir(ended) => {}
        Some(0) => {
            assert_eq!(found.state, State::Whole);
            assert!(!found.leftover || ended.is_after_publishing, "a leftover");
        }
        Some(5) => {
            assert_eq!(found.state, State::Nothing);
            assert!(ended.stderr.starts_with("error: "), "nobody was told");
            assert!(!found.leftover, "a leftover");
        }
        // The system could not load the program.
        Some(127) => assert!(ended.stderr.contains("error while loading shared libraries")),
        _ => panic!("ended with {}", ended.status),
    }
}

/// Without memory, random numbers or the streams and signals that every program starts with, a program
/// is ended by its runtime.
fn failed_anywhere(case: &Case<'_>) {
    let call = case.ended.hit.as_deref().unwrap_or_default();
    let by_the_runtime = [
        "arch_prctl",
        "brk",
        "getrandom",
        "mmap",
        "mprotect",
        "munmap",
        "poll",
        "pread64",
        "prlimit64",
        "rt_sigaction(SIGPIPE",
    ];
    match case.ended.status.code() {
        Some(0 | 5) => failed(case),
        _ if by_closedir(case.ended) => {}
        _ if by_the_runtime.iter().any(|it| call.starts_with(it)) => {
            assert!(matches!(case.found.state, State::Nothing | State::Whole));
        }
        Some(127) => failed(case),
        _ => panic!("ended with {}", case.ended.status),
    }
}

/// The standard library takes a folder that can't be closed for a mistake of the program's; no system
/// says so of one that was only read.
fn by_closedir(ended: &Ended) -> bool {
    ended.stderr.contains("unexpected error during closedir")
}

/// What a full disk does not refuse is to remove what was made; but nobody can be told: the message
/// is written by the same call.
fn full(case: &Case<'_>) {
    match case.ended.status.code() {
        Some(5) => {
            assert_eq!(case.found.state, State::Nothing);
            assert!(!case.found.leftover, "a leftover");
        }
        _ => failed(case),
    }
}

/// Nothing can be removed either.
fn broken(case: &Case<'_>) {
    match case.ended.status.code() {
        Some(0) => assert_eq!(case.found.state, State::Whole),
        Some(5) => assert_ne!(case.found.state, State::Whole),
        Some(127) => failed(case),
        _ => panic!("ended with {}", case.ended.status),
    }
}

fn interrupted(case: &Case<'_>) {
    let Case { ended, found } = case;
    let before_we_listen = matches!(ended.status.signal(), Some(2 | 15));
    assert!(!found.leftover, "a leftover");
    match (ended.status.code(), found.state) {
        (Some(0), State::Whole) => {}
        (Some(130), State::Nothing) => {
            assert_eq!(ended.stderr, "interrupted: nothing was written\n");
        }
        (_, State::Nothing) => assert!(before_we_listen, "ended with {}", ended.status),
        _ => panic!("ended with {}, {:?}", ended.status, found.state),
    }
}

fn interrupted_twice(case: &Case<'_>) {
    let is_last_call = case.found.state == State::Whole && case.ended.status.success();
    assert!(case.ended.status.signal() == Some(2) || is_last_call, "{}", case.ended.status);
}
