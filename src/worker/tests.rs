//! Whatever becomes of a child, there is a verdict.

use std::fs;

use super::*;
use crate::{
    data::Value,
    guard::{Bundle, Source, Subject},
};

/// A child that is a script, for what ours does not do.
fn child(script: &str) -> (tempfile::TempDir, Worker) {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("child");
    fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    (folder, Worker::new(program))
}

fn request() -> Request {
    let source = Source { path: "p.rego".to_owned(), text: "package a\n".to_owned() };
    let bundle = Bundle { origin: "test".to_owned(), sources: vec![source], data: Value::Null };
    let subjects = vec![Subject { path: Some("a.yaml".to_owned()), ..Subject::default() }];
    Request { bundles: vec![bundle], subjects, ..Request::default() }
}

fn told(script: &str) -> String {
    let (_folder, worker) = child(script);
    let request = request();
    let verdict = worker.judge(&request, &AtomicBool::new(false)).unwrap();
    assert_eq!(verdict.decision, Decision::Failed);
    let mistake = verdict.failures[0].diagnostic(&request);
    let place = mistake.place.as_ref().map(crate::text::Place::label).unwrap_or_default();
    format!("{} {place}: {} {:?}", mistake.code, mistake.message, mistake.notes)
}

#[test]
fn a_child_that_says_nothing_or_nonsense_is_a_failed_verdict() {
    for script in
        ["exit 0", "cat >/dev/null", "echo nonsense", "head -c 100000 /dev/zero; echo '{}'"]
    {
        let told = told(script);
        assert!(told.starts_with("guard-limit : the guard was ended before it began: "), "{told}");
    }
    assert!(told("exit 3").ends_with("it ended without a verdict (3) []"));
}

#[test]
fn where_a_child_died_is_told() {
    let begun = r#"echo '{"begun":{"bundle":0,"source":0,"line":1,"subject":0}}'"#;
    assert_eq!(
        told(&format!("{begun}; kill -ABRT $$")),
        "guard-limit p.rego:1:1: the rule was stopped: it took more than 640 MiB of memory, or called \
         itself without end [\"while `a.yaml` was judged\", \"the policy is of: test\"]"
    );
    assert!(told(&format!("{begun}; kill -XCPU $$")).contains("2 seconds of a processor"));
    assert!(told(&format!("{begun}; kill -KILL $$")).contains("ended by signal 9"));
    let reading = r#"echo '{"begun":{"bundle":0,"source":0}}'; kill -SEGV $$"#;
    assert!(told(reading).contains("p.rego:1:1: the policy was stopped while it was read"));
}

#[test]
fn a_child_that_died_among_rules_is_started_once_more_with_care() {
    let script = r#"
read request
case "$request" in
*'"care":"slow"'*) echo '{"begun":{"bundle":0,"source":0,"line":1,"subject":0}}' ;;
*) echo '{"begun":{"bundle":0,"source":null,"line":null,"subject":0}}' ;;
esac
kill -ABRT $$"#;
    assert!(told(script).contains("p.rego:1:1: the rule was stopped"));
}

#[test]
fn an_interrupt_ends_the_child() {
    let (_folder, worker) = child("exec sleep 60");
    let start = Instant::now();
    let ended = worker.judge(&request(), &AtomicBool::new(true));
    assert!(matches!(ended, Err(WorkerError::Interrupted)));
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_child_that_does_nothing_for_too_long_is_ended() {
    let (_folder, worker) = child("exec sleep 60");
    let limits = Limits { life: Duration::from_millis(60), ..Limits::of(0) };
    let ended =
        worker.run((Task::Judge, request().to_json()), limits, &AtomicBool::new(false)).unwrap();
    assert!(ended.last.is_none() && ended.status.is_none());
}

#[test]
fn without_policies_nothing_is_started() {
    let worker = Worker::new(PathBuf::from("/nowhere"));
    let verdict = worker.judge(&Request::default(), &AtomicBool::new(false)).unwrap();
    assert_eq!(verdict.decision, Decision::Allow);
    let error = worker.judge(&request(), &AtomicBool::new(false)).unwrap_err();
    assert!(error.to_string().contains("failed to start the guard"));
}

#[test]
fn a_larger_request_may_take_more() {
    assert_eq!(Limits::of(0), Limits { memory: 640, processor: 2, life: Duration::from_secs(10) });
    assert!(Limits::of(8 << 20).processor == 4 && Limits::of(usize::MAX).memory < 1 << 16);
}
