//! The child's side: limits first, then the request, then the verdict.

use std::{
    io::{self, Read as _, Write as _},
    thread,
};

use rustix::process::{Resource, Rlimit, setrlimit};

use super::{Line, Task};
use crate::guard::{Failure, STACK, Verdict, answer, tell};

/// How many threads judge at most: each has a stack, and there is little room.
const THREADS: usize = 3;

/// Does its task with what is on standard input, under limits of memory (MiB) and processor time (seconds).
///
/// # Errors
/// If the request can't be read or the verdict can't be said.
pub fn serve(task: Task, memory: u64, processor: u64) -> io::Result<()> {
    limit(memory, processor);
    let mut request = Vec::new();
    io::stdin().lock().read_to_end(&mut request)?;
    let threads = thread::available_parallelism().map_or(1, |it| it.get().min(THREADS));
    let judging = thread::Builder::new().stack_size(STACK).spawn(move || {
        // Whoever can't be told will see that there is no verdict.
        let begun = &mut |step| drop(say(&Line::Begun(step)));
        match task {
            Task::Judge => Line::Verdict(Box::new(answer(&request, threads, begun))),
            Task::Tell => Line::Told(Box::new(tell(&request, begun))),
        }
    })?;
    let broken = || Verdict::failed(Failure::new("guard-failed", "the guard broke off"));
    say(&judging.join().unwrap_or_else(|_| Line::Verdict(Box::new(broken()))))
}

fn say(line: &Line) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    let mut output = io::stdout().lock();
    output.write_all(&text)?;
    output.flush()
}

/// What the system does not know, it does not limit; the parent still ends us in time.
fn limit(memory: u64, processor: u64) {
    let limits = [
        (Resource::As, memory << 20),
        (Resource::Core, 0),
        // Nothing is written and nothing more is opened.
        (Resource::Fsize, 0),
        (Resource::Nofile, 16),
    ];
    let set = |resource, current, maximum| {
        let _unlimited =
            setrlimit(resource, Rlimit { current: Some(current), maximum: Some(maximum) });
    };
    limits.into_iter().for_each(|(resource, most)| set(resource, most, most));
    // The first is a signal of its own; at the second nothing helps.
    set(Resource::Cpu, processor, processor + 1);
}
