//! One thing that a check has to say, and the rules by which it says it.

use crate::{
    text::Position,
    tree::{Digest, RepoPath},
};

/// One thing that a check has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// By which rule.
    pub rule: Rule,
    /// How grave it is: what the rule says, or what the caller makes of it.
    pub level: Level,
    /// The file that it is about.
    pub path: RepoPath,
    /// Where in the file, if it is about a part of it.
    pub position: Option<Position>,
    /// Which key, parameter or golden path is meant, if the rule is about one.
    pub key: Option<String>,
    /// A fragment in lower case without a full stop.
    pub message: String,
    /// An edit or a command that can be copied.
    pub help: Option<String>,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Drift: what is the platform's is not as it made it.
    Error,
    /// Worth a look before long.
    Warning,
    /// Good to know.
    Note,
}

/// Why something is found. The ids never change meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The lock's lines do not give its tree.
    LockTree,
    /// A managed file has other bytes.
    ManagedEdited,
    /// A managed file is gone.
    ManagedMissing,
    /// A managed file has another mode.
    ManagedMode,
    /// A managed key of a shared file has another value.
    ManagedKey,
    /// A shared file holds the markers of a conflict that an upgrade left.
    ConflictMarkers,
    /// Nobody can say whether managed keys were edited.
    KeysUnknown,
    /// The golden path is on its way out.
    Deprecated,
    /// A newer version is released.
    Outdated,
    /// The catalog can't be asked for newer versions.
    CatalogUnknown,
    /// The spec asks for something else than the service got.
    SpecChanged,
    /// A shared file was edited, which is the team's right.
    MergedEdited,
    /// A shared file was removed, which is the team's right.
    MergedMissing,
}

impl Rule {
    /// Every rule, the gravest first.
    pub const ALL: [Self; 13] = [
        Self::LockTree,
        Self::ManagedEdited,
        Self::ManagedMissing,
        Self::ManagedMode,
        Self::ManagedKey,
        Self::ConflictMarkers,
        Self::KeysUnknown,
        Self::Deprecated,
        Self::Outdated,
        Self::CatalogUnknown,
        Self::SpecChanged,
        Self::MergedEdited,
        Self::MergedMissing,
    ];

    /// The stable name.
    pub const fn id(self) -> &'static str {
        match self {
            Self::LockTree => "lock-tree",
            Self::ManagedEdited => "managed-edited",
            Self::ManagedMissing => "managed-missing",
            Self::ManagedMode => "managed-mode",
            Self::ManagedKey => "managed-key",
            Self::ConflictMarkers => "conflict-markers",
            Self::KeysUnknown => "keys-unknown",
            Self::Deprecated => "deprecated",
            Self::Outdated => "outdated",
            Self::CatalogUnknown => "catalog-unknown",
            Self::SpecChanged => "spec-changed",
            Self::MergedEdited => "merged-edited",
            Self::MergedMissing => "merged-missing",
        }
    }

    /// How grave it is.
    pub const fn level(self) -> Level {
        match self {
            Self::LockTree
            | Self::ManagedEdited
            | Self::ManagedMissing
            | Self::ManagedMode
            | Self::ManagedKey
            | Self::ConflictMarkers => Level::Error,
            Self::KeysUnknown | Self::Deprecated => Level::Warning,
            Self::Outdated
            | Self::CatalogUnknown
            | Self::SpecChanged
            | Self::MergedEdited
            | Self::MergedMissing => Level::Note,
        }
    }

    /// Whether it tells what a team may do as it likes.
    pub const fn is_permitted(self) -> bool {
        matches!(self, Self::MergedEdited | Self::MergedMissing)
    }

    /// What the rule says, in a sentence.
    pub const fn title(self) -> &'static str {
        match self {
            Self::LockTree => "The lock was edited or merged by hand.",
            Self::ManagedEdited => "A managed file was edited.",
            Self::ManagedMissing => "A managed file is missing.",
            Self::ManagedMode => "A managed file has another mode.",
            Self::ManagedKey => "A managed key of a shared file was changed.",
            Self::ConflictMarkers => "The markers of a conflict are left in a shared file.",
            Self::KeysUnknown => "Managed keys could not be compared.",
            Self::Deprecated => "The golden path is deprecated.",
            Self::Outdated => "A newer version is released.",
            Self::CatalogUnknown => "The catalog could not be asked for newer versions.",
            Self::SpecChanged => "The spec asks for something else than the service got.",
            Self::MergedEdited => "A shared file was edited by the team.",
            Self::MergedMissing => "A shared file was removed by the team.",
        }
    }

    /// What to do about it, in a sentence.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::LockTree => "Run `flagstone apply`: it makes the lock again.",
            Self::ManagedEdited | Self::ManagedMissing | Self::ManagedMode => {
                "Run `flagstone restore PATH`, or ask the golden path's owner for the change."
            }
            Self::ManagedKey => {
                "Set the key back: `flagstone diff PATH` shows its value, or ask the golden path's \
                 owner for the change."
            }
            Self::ConflictMarkers => "Choose between the sides, and remove the markers.",
            Self::KeysUnknown => {
                "Name the catalog with `--catalog DIR`, or fetch the whole history: \
                 `git fetch --unshallow`."
            }
            Self::Deprecated => "Plan the move to the successor that the golden path names.",
            Self::Outdated => "Run `flagstone upgrade`.",
            Self::CatalogUnknown => "Make the catalog available where the check runs.",
            Self::SpecChanged => "Run `flagstone apply`.",
            Self::MergedEdited | Self::MergedMissing => {
                "Nothing: upgrades merge what both sides made of it."
            }
        }
    }
}

impl Level {
    /// The level in a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

impl Finding {
    /// A finding about a whole file.
    pub fn new(rule: Rule, path: RepoPath, message: impl Into<String>) -> Self {
        let (level, message) = (rule.level(), message.into());
        Self { rule, level, path, position: None, key: None, message, help: None }
    }

    /// Says where in the file.
    #[must_use]
    pub const fn at(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }

    /// Says which key, parameter or golden path.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What stays the same while the finding does, also where lines move: tools know it again by this.
    pub fn fingerprint(&self) -> String {
        let key = self.key.as_deref().unwrap_or_default();
        let text = format!("{}\0{}\0{key}", self.rule.id(), self.path);
        Digest::of(text.as_bytes()).to_string().replace("sha256:", "")
    }
}

/// A path as it can be typed behind a command.
pub(super) fn argument(path: &RepoPath) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "._-/@+,%=".contains(it);
    match path.as_str() {
        plain if plain.chars().all(is_plain) && !plain.starts_with('-') => plain.to_owned(),
        other => format!("'./{}'", other.replace('\'', r"'\''")),
    }
}
