//! The built program, as people and scripts meet it.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests are the outside"
)]

mod agreement;
mod check;
mod commands;
mod completions;
mod dialogue;
mod diff;
mod documented;
mod drifting;
mod findings;
mod formats;
mod guard;
mod hidden;
mod hostile;
mod injection;
mod inputs;
mod nested;
mod new;
mod path_test;
#[cfg(target_os = "linux")]
mod kill;
mod path_new;
mod policy;
mod policy_author;
mod policy_here;
mod preview;
mod lint;
mod literal;
mod push;
mod refusals;
mod restore;
mod sandbox;
mod several;
mod shells;
mod signing;
mod stage;
mod starter;
mod surrounded;
mod surroundings;
mod terminal;
mod tutorial;
mod upgrade;
mod usage;
mod versions;
mod web;
mod why;
