//! Runs that are cut off, at every system call: nothing is left, or the whole repository.
//!
//! strace fails or kills the built program at its n-th system call. The tests take a sample of the
//! n; with `FLAGSTONE_TEST_EVERY_POINT` they take every n (`cargo xtask kill-points`, on the release
//! binary). `--jobs 1` is one thread, so that n means the same in every run.

mod disk;
mod place;
mod strace;

use std::os::unix::process::ExitStatusExt as _;

use place::{Found, Here, Place, State};
use strace::{Ended, Injection, strace};

/// Every call that changes a file or a folder, by its names on all processors.
const CHANGES: &str = "?open,openat,?creat,write,pwrite64,writev,?mkdir,mkdirat,?rename,?renameat,\
    renameat2,?link,linkat,?symlink,symlinkat,?unlink,unlinkat,?rmdir,?chmod,fchmod,fchmodat,\
    utimensat,truncate,ftruncate,fsync,fdatasync,flock,close";

/// What a full disk refuses.
const GROWTH: &str = "write,pwrite64,writev,?mkdir,mkdirat,?symlink,symlinkat,fsync,ftruncate";

/// Which n are taken.
struct Points {
    first: usize,
    step: usize,
}

impl Points {
    /// Every n where that is asked for, else every `step`-th.
    fn sampled(place: Place, step: usize) -> Self {
        match std::env::var_os("FLAGSTONE_TEST_EVERY_POINT") {
            Some(_) => Self { first: 1, step: 1 },
            None => Self { first: 1 + place as usize, step },
        }
    }
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

/// Disturbs a run at each of `points` until one is no more reached, and judges each; the run after
/// it must always do its work and leave nothing beside it.
fn sweep(
    what: &str,
    place: Place,
    points: &Points,
    injection: Injection<'_>,
    judge: fn(&Case<'_>),
) {
    if !strace::is_here() {
        return;
    }
    let mut tally = Tally::default();
    let mut when = points.first;
    loop {
        let here = Here::new(place);
        let ended = strace(&here, injection, when);
        let Some(hit) = &ended.hit else { break };
        let label = format!("{what}, {place:?}, n = {when}: {hit}\n{}", ended.stderr);
        let found = here.look(&label);
        let case = Case { ended: &ended, found: &found };
        strace::explained(&label, || judge(&case));
        here.must_recover(&found, &label);
        tally.add(&found);
        when += points.step;
    }
    assert!(tally.runs > 3, "{what}, {place:?}: hardly a point was reached");
    let Tally { runs, nothing, whole, loose, leftovers } = tally;
    println!(
        "kill-points: {what}: {}: {runs} runs up to n = {}: {nothing} left nothing, {whole} the whole, \
         {loose} files for the next run to undo; {leftovers} a hidden folder",
        place.words(),
        when - points.step,
    );
}

impl Tally {
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

/// Each place is a test of its own, so that they run side by side.
macro_rules! at_every_place {
    ($($name:ident: $place:expr,)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn killed_at_any_call() {
                let injection = Injection { calls: "all", does: "signal=KILL", from_then_on: false };
                sweep("killed", $place, &Points::sampled($place, 23), injection, killed);
            }

            #[test]
            fn killed_at_a_change() {
                let injection = Injection { calls: CHANGES, does: "signal=KILL", from_then_on: false };
                sweep("killed at a change", $place, &Points::sampled($place, 6), injection, killed);
            }

            #[test]
            fn a_change_fails() {
                for error in ["ENOSPC", "EIO", "EACCES"] {
                    let does = &format!("error={error}");
                    let injection = Injection { calls: CHANGES, does, from_then_on: false };
                    let points = Points::sampled($place, 17);
                    sweep(&format!("a change fails with {error}"), $place, &points, injection, failed);
                }
            }

            #[test]
            fn any_call_fails() {
                let injection = Injection { calls: "all", does: "error=EIO", from_then_on: false };
                let points = Points::sampled($place, 61);
                sweep("any call fails", $place, &points, injection, failed_anywhere);
            }

            #[test]
            fn the_disk_is_full_from_then_on() {
                let injection = Injection { calls: GROWTH, does: "error=ENOSPC", from_then_on: true };
                sweep("full from then on", $place, &Points::sampled($place, 9), injection, failed);
            }

            #[test]
            fn every_change_fails_from_then_on() {
                let injection = Injection { calls: CHANGES, does: "error=EIO", from_then_on: true };
                let points = Points::sampled($place, 17);
                sweep("broken from then on", $place, &points, injection, broken);
            }

            #[test]
            fn ctrl_c_at_any_call() {
                for signal in ["INT", "TERM"] {
                    let does = &format!("signal={signal}");
                    let injection = Injection { calls: "all", does, from_then_on: false };
                    let points = Points::sampled($place, 47);
                    sweep(&format!("SIG{signal}"), $place, &points, injection, interrupted);
                }
            }

            #[test]
            fn a_second_ctrl_c_ends_the_run_at_once() {
                let injection = Injection { calls: CHANGES, does: "signal=INT", from_then_on: true };
                let points = Points::sampled($place, 17);
                sweep("SIGINT twice", $place, &points, injection, interrupted_twice);
            }
        }
    )*};
}

at_every_place! {
    a_free_target: Place::Free,
    an_empty_folder: Place::Empty,
    the_folder_itself: Place::InPlace,
    missing_parents: Place::MissingParents,
}

/// A run of several threads: where each of them is when one is killed is up to chance.
#[test]
fn killed_with_several_threads() {
    let injection = Injection { calls: CHANGES, does: "signal=KILL", from_then_on: false };
    let place = Place::SeveralThreads;
    sweep("killed", place, &Points::sampled(place, 6), injection, killed);
}

fn killed(case: &Case<'_>) {
    assert_eq!(case.ended.status.signal(), Some(9));
    assert!(case.found.state != State::Loose || case.found.leftover, "who shall undo it?");
}

/// A change that fails is told, and leaves nothing; or it does no harm.
fn failed(case: &Case<'_>) {
    let Case { ended, found } = case;
    match ended.status.code() {
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

/// Without memory or the streams that every program starts with, a program is ended by its runtime.
fn failed_anywhere(case: &Case<'_>) {
    let call = case.ended.hit.as_deref().unwrap_or_default();
    let by_the_runtime = ["mmap", "brk", "mprotect", "munmap", "poll", "arch_prctl", "pread64"];
    match case.ended.status.code() {
        Some(0 | 5) => failed(case),
        _ if by_the_runtime.iter().any(|it| call.starts_with(it)) => {
            assert!(matches!(case.found.state, State::Nothing | State::Whole));
        }
        Some(127) => failed(case),
        _ => panic!("ended with {}", case.ended.status),
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
