//! The built program, as people and scripts meet it.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests are the outside"
)]

mod commands;
mod dialogue;
mod injection;
mod new;
mod push;
mod refusals;
mod sandbox;
mod several;
mod signing;
mod stage;
mod terminal;
mod usage;
mod web;
