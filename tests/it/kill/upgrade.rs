//! A service that is there already: at every call it is as before or as after, or the next command
//! brings it to one of them.

use std::os::unix::process::ExitStatusExt as _;

use super::{
    BROKEN, CHANGES, Disturbance, FULL, KILLED, by_closedir, change_fails, interrupted_by,
    service::{Act, Look, Service, State},
    strace::{self, Call, Ended, Injection, Victim as _, calls, disturbed},
};

/// How the runs ended.
#[derive(Default)]
struct Tally {
    runs: usize,
    before: usize,
    after: usize,
    between: usize,
}

/// One run that was disturbed.
struct Blow<'a> {
    service: &'a Service,
    before: &'a Look,
    ended: &'a Ended,
    /// What was found, with all that we keep in git's folder.
    found: State,
}

/// Disturbs an act at one call after the other, and judges each.
fn sweep(act: Act, disturbance: Disturbance<'_>, judge: fn(&Blow<'_>)) {
    if !strace::is_here() {
        return;
    }
    // There are many acts: of each, normal test runs take less.
    let disturbance = Disturbance { sample: disturbance.sample * 8, ..disturbance };
    let Disturbance { what, does, from_then_on, .. } = disturbance;
    let begun = || {
        let service = Service::new(act);
        let before = service.look();
        if let Some((name, count)) = disturbance.after_a_kill_at {
            let first = &Call { name: name.to_owned(), count, line: String::new() };
            let killed = disturbed(&service, Injection { does: "signal=KILL", first, then: &[] });
            assert!(killed.hit.is_some() && service.state(&before, false) == State::Between);
        }
        (service, before)
    };
    let all = calls(&begun().0);
    let (mut tally, mut faults) = (Tally::default(), 0);
    for at in disturbance.points(&all) {
        let then = if from_then_on { disturbance.rest(&all, at) } else { Vec::new() };
        let (service, before) = begun();
        let ended = disturbed(&service, Injection { does, first: &all[at], then: &then });
        let hit = ended.hit.as_deref().unwrap_or("was not reached");
        let hit = format!("{hit} [{} {}]", all[at].name, all[at].count);
        let label = format!("{what}, {act:?}, n = {}: {hit}\n{}", at + 1, ended.stderr);
        if ended.hit.is_none()
            && ["brk", "madvise", "mmap", "munmap"].contains(&all[at].name.as_str())
        {
            continue;
        }
        let good = strace::explained(&label, || {
            let found = service.state(&before, false);
            tally.add(found);
            let blow = Blow { service: &service, before: &before, ended: &ended, found };
            blow.told(|| judge(&blow));
            blow.told(|| blow.must_recover(act, at));
        });
        faults += usize::from(good.is_none());
    }
    assert_eq!(faults, 0, "{what}, {}: see above", act.words());
    println!("kill-points: {what}, {} ({} calls): {}", act.words(), all.len(), tally.told());
}

impl Tally {
    fn add(&mut self, found: State) {
        self.runs += 1;
        match found {
            State::Before => self.before += 1,
            State::After => self.after += 1,
            State::Between => self.between += 1,
        }
    }

    fn told(&self) -> String {
        let Self { runs, before, after, between } = self;
        format!("{runs} runs, {before} as before, {after} as after, {between} for the next command")
    }
}

impl Blow<'_> {
    /// Judges; where that fails, says what there is.
    fn told(&self, judge: impl FnOnce()) {
        if strace::explained("this:", judge).is_none() {
            panic!("{:?}: {}", self.found, self.service.differences(self.before));
        }
    }

    /// The next command brings the service to one of both ends, whichever it is.
    fn must_recover(&self, act: Act, at: usize) {
        let ways = act.ways_out();
        if self.found != State::Between && self.service.garbage().is_empty() {
            return;
        }
        self.service.must_have_lost_nothing();
        let (arguments, allowed) = ways[at % ways.len()];
        let output = self.service.run(arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        let state = self.service.state(self.before, false);
        assert!(allowed.contains(&state), "{arguments:?}: {state:?} {}\n{stderr}", output.status);
        // Where nothing but traces was left of what had ended, there may be nothing to end.
        let may_be_refused = matches!(act, Act::Conflicts | Act::Continue | Act::Abort);
        let is_refused = may_be_refused && output.status.code() == Some(3);
        if arguments == self.service.arguments() && !is_refused {
            assert_eq!(output.status.code(), Some(self.service.exit()), "{stderr}");
        }
        self.service.must_have_lost_nothing();
        assert_eq!(self.service.garbage(), [""; 0], "{arguments:?}");
    }
}

fn killed(blow: &Blow<'_>) {
    assert_eq!(blow.ended.status.signal(), Some(9));
}

/// How many calls there are depends on when the run before was killed.
fn killed_if_reached(blow: &Blow<'_>) {
    if blow.ended.hit.is_some() {
        killed(blow);
    }
}

/// A change that fails is told, and leaves everything as before; or it does no harm.
fn failed(blow: &Blow<'_>) {
    let Blow { ended, service, found, .. } = blow;
    match ended.status.code() {
        _ if by_closedir(ended) => {}
        Some(code) if code == service.exit() => assert_eq!(*found, State::After),
        Some(3 | 5) => {
            assert_eq!(*found, State::Before);
            assert!(ended.stderr.starts_with("error"), "nobody was told");
        }
        Some(127) => assert!(ended.stderr.contains("error while loading shared libraries")),
        _ => panic!("ended with {}", ended.status),
    }
}

/// What is undone needs the disk as well: then the next command does it.
fn failed_for_good(blow: &Blow<'_>) {
    match blow.ended.status.code() {
        Some(3 | 5 | 127) => {}
        Some(code) if code == blow.service.exit() => {
            assert_eq!(blow.service.state(blow.before, true), State::After);
        }
        _ if by_closedir(blow.ended) => {}
        _ => panic!("ended with {}", blow.ended.status),
    }
}

fn interrupted(blow: &Blow<'_>) {
    let Blow { ended, service, found, .. } = blow;
    match ended.status.code() {
        Some(130) => {
            assert_eq!(*found, State::Before);
            assert!(ended.stderr.ends_with("interrupted: nothing was written\n"));
        }
        Some(code) => assert_eq!((code, *found), (service.exit(), State::After)),
        // Before we listen.
        None => {
            assert!(matches!(ended.status.signal(), Some(2 | 15)));
            assert_eq!(*found, State::Before);
        }
    }
}

fn interrupted_twice(blow: &Blow<'_>) {
    let Blow { ended, service, found, .. } = blow;
    let is_last_call = *found == State::After && ended.status.code() == Some(service.exit());
    assert!(ended.status.signal() == Some(2) || is_last_call, "{}", ended.status);
}

macro_rules! of_every_act {
    ($($name:ident: $act:expr,)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn killed_at_any_call() {
                sweep($act, KILLED, killed);
            }

            #[test]
            fn a_change_fails() {
                sweep($act, change_fails("a change fails with ENOSPC", "error=ENOSPC"), failed);
                sweep($act, change_fails("a change fails with EIO", "error=EIO"), failed);
                sweep($act, change_fails("a change fails with EACCES", "error=EACCES"), failed);
            }

            #[test]
            fn everything_fails_from_then_on() {
                sweep($act, FULL, failed_for_good);
                sweep($act, BROKEN, failed_for_good);
            }

            #[test]
            fn ctrl_c_at_any_call() {
                sweep($act, interrupted_by("SIGINT", "signal=INT"), interrupted);
                let other = interrupted_by("SIGTERM", "signal=TERM");
                sweep($act, Disturbance { calls: CHANGES, ..other }, interrupted);
            }

            #[test]
            fn a_second_ctrl_c_ends_the_run_at_once() {
                let once = interrupted_by("SIGINT twice", "signal=INT");
                let twice = Disturbance { calls: CHANGES, from_then_on: true, ..once };
                sweep($act, twice, interrupted_twice);
            }
        }
    )*};
}

of_every_act! {
    an_upgrade: Act::Upgrade,
    an_upgrade_with_conflicts: Act::Conflicts,
    its_end: Act::Continue,
    its_undoing: Act::Abort,
    a_restore: Act::Restore,
}

/// A file that can't be looked at is not a file that is not there.
#[test]
fn calls_whose_failure_was_once_taken_for_an_answer() {
    let fails = change_fails("one call fails", "error=EIO");
    let telling = |words| Disturbance { telling: Some(words), ..fails };
    sweep(Act::Continue, telling("/CHERRY_PICK_HEAD\", "), failed);
    sweep(Act::Continue, telling("/index.lock\", "), failed);
    sweep(Act::Continue, telling("/pending/continued\""), failed);
    sweep(Act::Abort, telling("rmdir("), failed);
    sweep(Act::Restore, telling("/record\""), failed);
    sweep(Act::Upgrade, telling("\"deep\", AT_REMOVEDIR"), failed);
}

/// The run that ends what a killed one has begun may be killed as well.
#[test]
fn killed_while_it_ends_what_was_cut_off() {
    let again = Disturbance { what: "killed after a kill", calls: CHANGES, ..KILLED };
    let after = |act, name, count| {
        sweep(
            act,
            Disturbance { after_a_kill_at: Some((name, count)), ..again },
            killed_if_reached,
        );
    };
    after(Act::Upgrade, "renameat2", 12);
    after(Act::Conflicts, "renameat2", 12);
    // Before the branch moves, and after it.
    after(Act::Continue, "rename", 2);
    after(Act::Continue, "rename", 3);
    after(Act::Abort, "renameat2", 5);
    after(Act::Restore, "renameat2", 3);
}
