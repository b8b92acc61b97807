//! The threads that the engine works on.

use super::Context;

/// Room for the deepest template that the limits let through, in bytes.
pub(super) const STACK: usize = 32 << 20;

/// Gives the engine as many threads as the user allows, each with room enough. With one, it is the
/// thread that calls.
pub(super) fn prepare(context: &Context) {
    let threads = context.global.jobs.map_or(context.host.threads, usize::from);
    let mut pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK);
    if threads == 1 {
        pool = pool.use_current_thread();
    }
    // They are there already, or can't be made: then the engine makes do with what there is.
    let _ = pool.build_global();
}
