//! What `.gitattributes` and the settings say of a file's line endings.
//!
//! **Invariant:** attributes that would start a program (`filter`, `merge`, `diff`) are never asked.

use git2::{AttrCheckFlags, AttrValue, Index, IndexEntry, IndexTime, Repository};

use super::ending::{Custom, Ending, Text};
use crate::tree::{BlobId, RepoPath};

/// Answers for every path of one state of a work tree.
pub(super) enum Attributes<'a> {
    /// As the files are now.
    Present(&'a Repository, Custom),
    /// As they will be: only what an index in memory holds counts.
    Future(Repository, Custom),
}

impl<'a> Attributes<'a> {
    /// The attributes as they are in the work tree.
    pub(super) fn present(git: &'a Repository) -> Self {
        Self::Present(git, custom(git))
    }

    /// The attributes that `files`, every `.gitattributes` of the new state, will give. The blobs must
    /// be in the repository. A bare view of it is asked: with a work tree, folders that are still to be
    /// made would be passed over.
    pub(super) fn future(
        git: &Repository,
        files: &[(&RepoPath, BlobId)],
    ) -> Result<Self, git2::Error> {
        let custom = custom(git);
        let bare = Repository::open_bare(git.path())?;
        let mut index = Index::new()?;
        for (path, id) in files {
            index.add(&entry(path, *id))?;
        }
        bare.set_index(&mut index)?;
        Ok(Self::Future(bare, custom))
    }

    /// Whether git stores the file at `path` in another encoding than it has in the work tree.
    pub(super) fn is_recoded(&self, path: &RepoPath) -> bool {
        let (git, flags) = match self {
            Self::Present(git, _) => (*git, AttrCheckFlags::FILE_THEN_INDEX),
            Self::Future(git, _) => (git, AttrCheckFlags::INDEX_ONLY),
        };
        let said = git.get_attr_bytes(path.as_ref(), "working-tree-encoding", flags).ok().flatten();
        match AttrValue::from_bytes(said) {
            AttrValue::String(encoding) => !encoding.eq_ignore_ascii_case("UTF-8"),
            AttrValue::Bytes(_) => true,
            AttrValue::True | AttrValue::False | AttrValue::Unspecified => false,
        }
    }

    /// What happens to the line endings of the file at `path`.
    pub(super) fn ending(&self, path: &RepoPath) -> Ending {
        let (git, custom, flags) = match self {
            Self::Present(git, custom) => (*git, *custom, AttrCheckFlags::FILE_THEN_INDEX),
            Self::Future(git, custom) => (git, *custom, AttrCheckFlags::INDEX_ONLY),
        };
        let ask = |name| git.get_attr_bytes(path.as_ref(), name, flags).ok().flatten();
        let mut text = word(AttrValue::from_bytes(ask("text")));
        if text == Text::Unspecified {
            text = word(AttrValue::from_bytes(ask("crlf")));
        }
        let eol = match AttrValue::from_bytes(ask("eol")) {
            AttrValue::String("lf") => Some(false),
            AttrValue::String("crlf") => Some(true),
            _ => None,
        };
        Ending::of(text, eol, custom)
    }
}

fn word(value: AttrValue<'_>) -> Text {
    match value {
        AttrValue::True => Text::Yes,
        AttrValue::False => Text::No,
        AttrValue::String("auto") => Text::Auto,
        AttrValue::String("input") => Text::Input,
        AttrValue::Unspecified | AttrValue::String(_) | AttrValue::Bytes(_) => Text::Unspecified,
    }
}

fn custom(git: &Repository) -> Custom {
    let get = |key: &str| {
        git.config().and_then(|mut it| it.snapshot()?.get_str(key).map(str::to_lowercase))
    };
    let eol_is_crlf = get("core.eol").is_ok_and(|it| it == "crlf");
    match get("core.autocrlf").as_deref() {
        Ok("input") => Custom { convert: true, crlf: false },
        Ok(value) if git2::Config::parse_bool(value).unwrap_or(false) => {
            Custom { convert: true, crlf: true }
        }
        Ok(_) | Err(_) => Custom { convert: false, crlf: eol_is_crlf },
    }
}

fn entry(path: &RepoPath, id: BlobId) -> IndexEntry {
    let zero = IndexTime::new(0, 0);
    IndexEntry {
        ctime: zero,
        mtime: zero,
        dev: 0,
        ino: 0,
        mode: crate::tree::Mode::File.bits(),
        uid: 0,
        gid: 0,
        file_size: 0,
        id: super::oid(id.0),
        flags: 0,
        flags_extended: 0,
        path: path.as_str().into(),
    }
}
