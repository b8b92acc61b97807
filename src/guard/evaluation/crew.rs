//! Subjects judged side by side, each by a thread with an evaluator of its own.
//!
//! **Invariant:** what is found, and its order, is that of one thread: a subject whose rules err is
//! left to whoever asks one after another, and so are those that nobody had begun by then.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use super::judge::{Judge, Piece, Question};
use crate::guard::STACK;

/// What came of each question, where nothing erred.
pub(super) fn side_by_side(
    judge: &mut Judge<'_>,
    questions: &[Question<'_>],
    threads: usize,
) -> Vec<Option<Piece>> {
    let next = AtomicUsize::new(0);
    let is_over = AtomicBool::new(false);
    let pieces: Vec<_> = questions.iter().map(|_| Mutex::new(None)).collect();
    let work = |judge: &mut Judge<'_>| {
        while !is_over.load(Ordering::Relaxed) {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let (Some(question), Some(place)) = (questions.get(at), pieces.get(at)) else { break };
            let piece = judge.quick(question);
            is_over.fetch_or(piece.is_none(), Ordering::Relaxed);
            *place.lock().unwrap_or_else(PoisonError::into_inner) = piece;
        }
    };
    let work = &work;
    thread::scope(|scope| {
        for _ in 1..threads {
            let mut judge = judge.clone();
            let thread = thread::Builder::new().stack_size(STACK);
            // One that can't be started is not missed: there is always this one.
            let _started = thread.spawn_scoped(scope, move || work(&mut judge));
        }
        work(judge);
    });
    pieces.into_iter().map(|it| it.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
}
