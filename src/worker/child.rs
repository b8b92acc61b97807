//! The child's side: limits first, then the request, then the verdict.

use std::{
    io::{self, BufRead as _, Read as _, Write as _},
    thread,
};

use rustix::process::{Resource, Rlimit, setrlimit};

use super::{Limits, Line, Task};
use crate::guard::{Failure, Opened, STACK, Step, Verdict, tell};

/// How many threads judge at most: each has a stack, and there is little room.
const THREADS: usize = 3;

/// Does its task with what is on standard input, under limits that grow with it.
///
/// # Errors
/// If the request can't be read or the verdict can't be said.
pub fn serve(task: Task) -> io::Result<()> {
    limit(Limits::of(task, 0));
    let threads = thread::available_parallelism().map_or(1, |it| it.get().min(THREADS));
    let working = thread::Builder::new().stack_size(STACK).spawn(move || match task {
        Task::Judge => judge(threads).map(|it| Line::Verdict(Box::new(it))),
        Task::Tell => {
            let inquiry = rest(task, 0)?;
            Ok(Line::Told(Box::new(tell(&inquiry, &mut begun))))
        }
    })?;
    let broken = || Verdict::failed(Failure::new("guard-failed", "the guard broke off"));
    say(&working.join().unwrap_or_else(|_| Ok(Line::Verdict(Box::new(broken()))))?)
}

/// Reads the policies while the subjects are still to come.
fn judge(threads: usize) -> io::Result<Verdict> {
    let mut policies = Vec::new();
    io::stdin().lock().read_until(b'\n', &mut policies)?;
    limit(Limits::of(Task::Judge, policies.len()));
    let opened = Opened::read(&policies, &mut begun);
    let subjects = rest(Task::Judge, policies.len())?;
    let verdict = opened.judge(&subjects, threads, &mut begun);
    // The process ends: nobody needs the room.
    std::mem::forget(opened);
    Ok(verdict)
}

/// What is still on standard input, after so many bytes; whoever has more to judge may take more.
fn rest(task: Task, before: usize) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    io::stdin().lock().read_to_end(&mut text)?;
    limit(Limits::of(task, before + text.len()));
    Ok(text)
}

/// Whoever can't be told will see that there is no verdict.
fn begun(step: Step) {
    drop(say(&Line::Begun(step)));
}

fn say(line: &Line) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    let mut output = io::stdout().lock();
    output.write_all(&text)?;
    output.flush()
}

/// What the system does not know, it does not limit; the parent still ends us in time.
fn limit(now: Limits) {
    let most = Limits::of(Task::Judge, usize::MAX);
    let set = |resource, current, maximum| {
        let _unlimited =
            setrlimit(resource, Rlimit { current: Some(current), maximum: Some(maximum) });
    };
    set(Resource::As, now.memory << 20, most.memory << 20);
    // At the first we are ended by a signal of its own; at the second nothing helps.
    set(Resource::Cpu, now.processor, most.processor + 1);
    // Nothing is written and nothing more is opened.
    for (resource, most) in [(Resource::Core, 0), (Resource::Fsize, 0), (Resource::Nofile, 16)] {
        set(resource, most, most);
    }
}
