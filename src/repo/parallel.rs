//! Work on many items at once, results in the items' order.

use std::{
    panic::resume_unwind,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
};

/// Works on every item with up to `threads` threads, each with a state of its own; the first error
/// ends the work.
pub(super) fn in_parallel<T: Sync, S, R: Send, E: Send>(
    threads: usize,
    items: &[T],
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let queue = Queue { next: AtomicUsize::new(0), failed: AtomicBool::new(false), items };
    let worker = || queue.drain(&mut state(), &work);
    let mut results = Vec::with_capacity(items.len());
    for part in on_threads(threads.min(items.len()), &worker) {
        results.extend(part?);
    }
    results.sort_unstable_by_key(|(at, _)| *at);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}

struct Queue<'a, T> {
    next: AtomicUsize,
    failed: AtomicBool,
    items: &'a [T],
}

impl<T> Queue<'_, T> {
    fn drain<S, R, E>(
        &self,
        state: &mut S,
        work: impl Fn(&mut S, &T) -> Result<R, E>,
    ) -> Result<Vec<(usize, R)>, E> {
        let mut done = Vec::new();
        while !self.failed.load(Ordering::Relaxed) {
            let at = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = self.items.get(at) else { break };
            let result = work(state, item);
            self.failed.fetch_or(result.is_err(), Ordering::Relaxed);
            done.push((at, result?));
        }
        Ok(done)
    }
}

/// Does both at once; one after the other where only one thread may work or the system gives us no
/// other.
pub(super) fn both<A: Send, B>(
    threads: usize,
    one: &(impl Fn() -> A + Sync),
    other: impl FnOnce() -> B,
) -> (A, B) {
    thread::scope(|scope| {
        let elsewhere = match threads {
            0 | 1 => None,
            _ => thread::Builder::new().spawn_scoped(scope, one).ok(),
        };
        let Some(elsewhere) = elsewhere else { return (one(), other()) };
        let other = other();
        (elsewhere.join().unwrap_or_else(|panic| resume_unwind(panic)), other)
    })
}

/// This thread works too, so the work is done even where the system gives us no other.
fn on_threads<R: Send>(threads: usize, worker: &(impl Fn() -> R + Sync)) -> Vec<R> {
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads)
            .map_while(|_| thread::Builder::new().spawn_scoped(scope, worker).ok())
            .collect();
        let mut results = vec![worker()];
        for other in others {
            results.push(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        results
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_the_items() {
        let items: Vec<u32> = (0..1000).collect();
        for threads in [0, 1, 7] {
            let work = |(): &mut (), item: &u32| Ok::<_, ()>(item * 2);
            let doubled = in_parallel(threads, &items, || (), work).unwrap();
            assert_eq!(doubled, items.iter().map(|item| item * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn one_thread_does_both_itself() {
        let this = || thread::current().id();
        assert_eq!(both(1, &this, this), (this(), this()));
        let (one, other) = both(2, &this, this);
        assert!(one != this() && other == this());
    }

    #[test]
    fn an_error_ends_the_work() {
        let items: Vec<u32> = (0..1000).collect();
        let work = |(): &mut (), item: &u32| if *item == 500 { Err(*item) } else { Ok(()) };
        assert_eq!(in_parallel(4, &items, || (), work), Err(500));
    }
}
