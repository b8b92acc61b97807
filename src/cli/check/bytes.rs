//! The bytes that a check asks for: those of the lock, and those that are there in the work tree.

use std::{
    cell::{OnceCell, RefCell},
    collections::BTreeMap,
    sync::Arc,
};

use crate::{
    cli::{
        Failure,
        service::{Pristine, Service},
    },
    drift::{Contents, State, state},
    repo::ReadError,
    tree::{BlobId, Ownership, RepoPath},
};

/// The bytes that a check asks for.
pub(super) struct Bytes<'a> {
    service: &'a Service,
    pristine: Pristine<'a>,
    /// The shared files that were edited, read at once: each by itself would be looked up anew.
    edited: OnceCell<BTreeMap<RepoPath, Arc<[u8]>>>,
    /// The first object or file that could not be read: the engine can't be told.
    failure: RefCell<Option<ReadError>>,
}

impl<'a> Bytes<'a> {
    /// The bytes of a service.
    pub(super) fn of(service: &'a Service, pristine: Pristine<'a>) -> Self {
        Self { service, pristine, edited: OnceCell::new(), failure: RefCell::default() }
    }

    /// Fails if something could not be read.
    pub(super) fn check(&self) -> Result<(), Failure> {
        self.failure.take().map_or(Ok(()), |error| Err(Failure::outside(error)))
    }

    fn read_edited(&self) -> BTreeMap<RepoPath, Arc<[u8]>> {
        let files = self.service.lock.files.iter();
        let is_shared =
            |it: &Ownership| matches!(it, Ownership::Merged | Ownership::MergedWithKeys(_));
        let edited = files.filter(|file| {
            is_shared(&file.ownership) && state(file, &self.service.files) == State::Edited
        });
        let paths: Vec<_> = edited.map(|file| file.path.clone()).collect();
        let entries = self.or_note(self.service.site.entries(&paths).map(Some));
        let there = paths.into_iter().zip(entries.unwrap_or_default());
        there.filter_map(|(path, entry)| Some((path, entry?.bytes))).collect()
    }

    fn or_note<T>(&self, read: Result<Option<T>, ReadError>) -> Option<T> {
        read.unwrap_or_else(|error| {
            self.failure.borrow_mut().get_or_insert(error);
            None
        })
    }
}

impl Contents for Bytes<'_> {
    fn locked(&self, id: BlobId) -> Option<Arc<[u8]>> {
        self.or_note(self.pristine.bytes(id))
    }

    fn present(&self, path: &RepoPath) -> Option<Arc<[u8]>> {
        self.edited.get_or_init(|| self.read_edited()).get(path).cloned()
    }
}
