//! Flagstone: versioned golden paths become service repositories, and stay up to date.
//!
//! The modules in reading order, from words to wiring; `cargo xtask tidy` holds who may import whom.

// Words.
pub mod text;
pub mod diag;
pub mod name;
pub mod version;
pub mod data;
pub mod answer;
pub mod secret;
pub mod tree;
pub mod glob;

// Documents.
pub mod manifest;

// Engine.
pub mod resolve;

// Doors.
pub mod host;
pub mod ui;
