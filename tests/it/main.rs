//! The built program, as people and scripts meet it.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests are the outside"
)]

mod dialogue;
mod hostile;
mod injection;
mod new;
mod sandbox;
mod stage;
mod terminal;
