//! What became of one file since it was locked.

use crate::{
    lock::LockedFile,
    tree::{Listing, Mode},
};

/// What became of one file since it was locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is as the golden path made it.
    Untouched,
    /// It has other bytes.
    Edited,
    /// It has the same bytes and another mode.
    Mode(Mode),
    /// It is not there, or a folder or another repository stands in its place.
    Missing,
}

/// What became of `file` in `service`.
pub fn state(file: &LockedFile, service: &Listing) -> State {
    match service.files.get(&file.path) {
        None => State::Missing,
        Some(blob) if blob.id != file.blob => State::Edited,
        // A link and a file of the same bytes are two things.
        Some(blob) if (blob.mode == Mode::Link) != (file.mode == Mode::Link) => State::Edited,
        Some(blob) if blob.mode != file.mode => State::Mode(blob.mode),
        Some(_) => State::Untouched,
    }
}

impl State {
    /// The state in a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Untouched => "untouched",
            Self::Edited => "edited",
            Self::Mode(_) => "mode",
            Self::Missing => "missing",
        }
    }
}
