//! The threads that the engine works on.
//!
//! **Invariant:** how many there are is for `--jobs` and the machine to say, never for the environment.

use super::{Context, Failure};

/// Room for the deepest template that the limits let through, in bytes.
const STACK: usize = 32 << 20;

/// More do no good, and their stacks would take the address space that we allow ourselves.
const MOST: usize = 128;

/// How many threads may work.
pub(super) fn number(context: &Context) -> usize {
    context.global.jobs.map_or(context.host.threads, usize::from).clamp(1, MOST)
}

/// Gives the engine as many threads as the user allows, each with room enough. With one, it is the
/// thread that calls.
pub(super) fn prepare(context: &Context) -> Result<(), Failure> {
    let threads = number(context);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK);
    let pool = if threads == 1 { pool.use_current_thread() } else { pool };
    pool.build_global().map_err(|error| {
        let error = std::io::Error::other(format!("no threads can be had: {error}"));
        let help = "pass `--jobs 1`, or see what `ulimit -v` and `ulimit -u` leave to a process";
        Failure::outside_with_help(error, help)
    })
}

/// Does something in one of these threads: they have room for it.
pub(super) fn inside<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::scope(|_| work())
}
