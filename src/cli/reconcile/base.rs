//! The bytes behind the three sides: what was rendered now, what the repository holds, and what the
//! locked version renders again.

use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

use crate::{
    cli::{
        Failure,
        service::{Pristine, Service, by_id},
        shelf::Shelf,
    },
    diag::Diagnostic,
    lock::LockedFile,
    merge::Contents,
    repo::ReadError,
    tree::{BlobId, Tree},
};

/// The bytes behind the three sides.
pub(super) struct Sides<'a> {
    service: &'a Service,
    pristine: Pristine<'a>,
    rendered: BTreeMap<BlobId, Arc<[u8]>>,
    /// A folder with the base, where the user named one.
    given: BTreeMap<BlobId, Arc<[u8]>>,
    /// The first failure of the repository: the merge can't go on without what it could not read.
    failure: RefCell<Option<ReadError>>,
}

impl<'a> Sides<'a> {
    pub(super) fn new(
        service: &'a Service,
        shelf: &'a Shelf,
        theirs: &Tree,
        given: Option<&Tree>,
    ) -> Self {
        Self {
            service,
            pristine: Pristine::new(service, || service.rendered_again(shelf)),
            rendered: by_id(theirs),
            given: given.map(by_id).unwrap_or_default(),
            failure: RefCell::new(None),
        }
    }

    /// What stopped the reading, if anything did.
    pub(super) fn failure(&self) -> Option<ReadError> {
        self.failure.take()
    }

    /// Stops if most of the base is gone: a merge against nothing would be one conflict beside the
    /// other. Asks only for what the merge may need.
    pub(super) fn check_base(&self, theirs: &[LockedFile]) -> Result<(), Failure> {
        let theirs: BTreeMap<_, _> = theirs.iter().map(|it| (&it.path, it.blob)).collect();
        let base = &self.service.lock.files;
        let ours = &self.service.files.files;
        let is_needed = |file: &&LockedFile| {
            let is_ours = ours.get(&file.path).is_none_or(|it| it.id == file.blob);
            !is_ours && theirs.get(&file.path) != Some(&file.blob)
        };
        let needed: Vec<_> = base.iter().filter(is_needed).collect();
        let gone = needed.iter().filter(|file| self.bytes(file.blob).is_none()).count();
        if gone * 2 <= needed.len() || gone == 0 {
            return Ok(());
        }
        let locked = &self.service.lock.golden_path;
        let message = match needed.len() {
            1 => "the file to be merged has lost what it was rendered as".to_owned(),
            all => format!(
                "{gone} of the {all} files to be merged have lost what they were rendered as"
            ),
        };
        Err(Failure::mistake(
            Diagnostic::error("base-gone", message)
                .note("neither this repository nor the catalog holds it any more")
                .note(format!(
                    "the catalog would have to hold {}@{} with {}",
                    locked.name, locked.version, locked.digest
                ))
                .help("fetch the whole history (`git fetch --unshallow`), or pass `--base DIR` with a fresh copy of the version that the service has"),
        ))
    }
}

impl Contents for Sides<'_> {
    fn bytes(&self, id: BlobId) -> Option<Arc<[u8]>> {
        if let Some(bytes) = self.rendered.get(&id).or_else(|| self.given.get(&id)) {
            return Some(bytes.clone());
        }
        self.pristine.bytes(id).unwrap_or_else(|error| {
            self.failure.borrow_mut().get_or_insert(error);
            None
        })
    }
}
