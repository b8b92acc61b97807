//! What the environment and the system's limits say of threads and stacks harms nobody.

use crate::{
    guard::{guarded, new},
    sandbox::{Sandbox, program},
};

/// Runs it in a shell behind a limit.
fn limited(sandbox: &Sandbox, limit: &str, more: &[&str]) -> String {
    let program = program();
    let line = format!("{limit}; exec \"$0\" \"$@\"");
    let arguments = ["-c", &line, program.to_str().unwrap()];
    let arguments =
        arguments.into_iter().chain(new(&["--dry-run"]).into_iter().chain(more.iter().copied()));
    sandbox.program_output("sh", arguments)
}

#[test]
fn the_environment_does_not_say_how_many_threads_there_are_nor_how_large() {
    let sandbox = guarded()
        .variable("RAYON_NUM_THREADS", "100000")
        .variable("RUST_MIN_STACK", "99999999999999");
    let told = sandbox.run(new(&["--dry-run"]));
    assert!(told.starts_with("exit: 0"), "{told}");
    let told = sandbox.run(new(&[]));
    assert!(told.starts_with("exit: 0"), "{told}");
    let told = sandbox.run_in("orders", ["check"]);
    assert!(told.starts_with("exit: 0"), "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_small_stack_is_enough_and_without_threads_the_error_says_so() {
    let sandbox = guarded();
    let told = limited(&sandbox, "ulimit -s 128", &[]);
    assert!(told.contains("exit: 0"), "{told}");
    let told = limited(&sandbox, "ulimit -v 90000", &["--jobs", "8"]);
    assert!(told.contains("exit: 5") && told.contains("no threads can be had"), "{told}");
}
