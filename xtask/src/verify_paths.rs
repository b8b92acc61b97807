//! Stub to come.
use crate::{Chore, Outcome};
pub(crate) const CHORE: Chore = Chore {
    name: "verify-paths",
    usage: "verify-paths",
    what: "verify_paths",
    run: |_| Ok(Outcome::Usage),
};
