//! The door to a service's git repository.
//!
//! **Invariant:** a new repository lands whole or not at all, and the user's git configuration
//! changes nothing in its objects.
#![expect(clippy::disallowed_methods, reason = "the door to a service's repository on disk")]

mod author;
mod build;
mod commit;
mod config;
mod date;
mod enclosing;
mod existing;
mod files;
mod folder;
mod index;
mod journal;
mod land;
mod objects;
mod pack;
mod parallel;
mod publish;
mod scratch;
mod settings;
mod sign;
mod skeleton;
mod spot;
mod stage;
mod text;
#[cfg(test)]
mod tests;

pub use author::{Author, FALLBACK, Moment};
pub use commit::{CommitId, Words};
pub use config::ConfigError;
pub use enclosing::enclosing;
pub use existing::{
    Change, Changes, Ending, Footprint, GitFailure, Head, InTheWay, IndexUse, Kept, Lack, Means,
    OpenError, Pending, Pick, Present, ReadError, Reason, Recovered, Repository, Run, Sides,
    Unresolved, Unsupported, Update, UpdateError,
};
pub use folder::{FolderError, make_folder};
pub use land::{LandError, Landed, Landing, land};
pub use pack::{CompressFailure, PackError};
pub use scratch::{Scratch, ScratchError};
pub use settings::{GitSettings, SettingsError};
pub use sign::{Format, SignError, Signer};
pub use spot::check_target;
pub use text::{TextError, make_all, read_text, write_text};
