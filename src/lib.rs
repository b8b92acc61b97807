//! Flagstone: versioned golden paths become service repositories, and stay up to date.
//!
//! The modules in reading order, from words to wiring; `cargo xtask tidy` holds who may import whom.

// Words.
pub mod text;
pub mod diag;
pub mod name;
pub mod version;
pub mod data;
pub mod syntax;
pub mod edit;
pub mod schema;
pub mod answer;
pub mod secret;
pub mod jws;
pub mod tree;
pub mod glob;
pub mod patch;

// Documents.
pub mod policy;
pub mod manifest;
pub mod spec;
pub mod lock;
pub mod charter;
pub mod case;

// Engine.
pub mod template;
pub mod resolve;
pub mod inputs;
pub mod catalog;
pub mod plan;
pub mod migrate;
pub mod compose;
pub mod merge;
pub mod drift;
pub mod impact;
pub mod guard;
pub mod docket;
pub mod rehearse;
pub mod lint;

// Doors.
pub mod host;
pub mod program;
pub mod worker;
pub mod source;
pub mod transport;
pub mod repo;
pub mod ui;

// Wiring.
pub mod cli;
