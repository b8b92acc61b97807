//! Requests that no other run has sent, so that they can be found again in logs, spans and metrics.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

use super::{
    http::{Message, Request},
    subject::greeting,
    verdict::Verdict,
};

/// One request of a load, and its answer.
pub(crate) struct Sent {
    /// Its request id, and the name that it greets.
    pub(crate) id: String,
    pub(crate) trace: String,
    pub(crate) answer: std::io::Result<Message>,
}

impl Sent {
    pub(crate) fn status(&self) -> u16 {
        self.answer.as_ref().map_or(0, Message::status)
    }
}

/// A word that nothing else has.
pub(crate) fn unique() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
    format!("q{time:x}x{:x}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A greeting with an id and a trace of its own.
pub(crate) fn traced() -> (String, String, Request) {
    let id = unique();
    let trace: String = id.bytes().rev().map(|byte| format!("{byte:02x}")).take(16).collect();
    let trace = format!("{trace:a>32}");
    let request = greeting(&id)
        .header("X-Request-Id", &id)
        .header("Traceparent", &format!("00-{trace}-b7ad6b7169203331-01"));
    (id, trace, request)
}

/// Sends that many greetings over a few connections at a time.
pub(crate) fn greet(port: u16, count: usize) -> Vec<Sent> {
    const AT_ONCE: usize = 4;
    thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_ONCE)
            .map(|thread| {
                let mine = count / AT_ONCE + usize::from(thread < count % AT_ONCE);
                scope.spawn(move || {
                    let send = |_| {
                        let (id, trace, request) = traced();
                        Sent { id, trace, answer: request.send(port) }
                    };
                    (0..mine).map(send).collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|it| it.join().expect("it only sends")).collect()
    })
}

/// Holds each of them to an answer with 200.
pub(crate) fn hold_answered(verdict: &mut Verdict, sent: &[Sent]) {
    for it in sent {
        verdict.hold("request", it.status() == 200, || match &it.answer {
            Ok(answer) => {
                format!("a good request is answered {}: {}", answer.status(), answer.text())
            }
            Err(error) => format!("a good request is lost: {error}"),
        });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_requests_share_an_id_or_a_trace() {
        let made: Vec<_> = (0..100).map(|_| traced()).collect();
        let ids: BTreeSet<_> = made.iter().map(|(id, ..)| id).collect();
        let traces: BTreeSet<_> = made.iter().map(|(_, trace, _)| trace).collect();
        assert_eq!((ids.len(), traces.len()), (100, 100));
        assert!(traces.iter().all(|it| it.len() == 32), "{traces:?}");
    }
}
