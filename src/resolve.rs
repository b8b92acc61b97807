//! Every answer of a service: what was given, asked, defaulted and computed, in dependency order.

mod ask;

pub use ask::{Ask, AskError, Question, Reply};
