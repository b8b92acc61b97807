//! Stub to come.
use crate::{Chore, Outcome};
pub(crate) const CHORE: Chore =
    Chore { name: "bench", usage: "bench", what: "bench", run: |_| Ok(Outcome::Usage) };
