//! The bytes that a check asks for: those of the lock, and those that are there in the work tree.

use std::{cell::RefCell, sync::Arc};

use crate::{
    cli::{
        Failure,
        service::{Pristine, Service},
    },
    drift::Contents,
    repo::ReadError,
    tree::{BlobId, RepoPath},
};

/// The bytes that a check asks for.
pub(super) struct Bytes<'a> {
    service: &'a Service,
    pristine: Pristine<'a>,
    /// The first object or file that could not be read: the engine can't be told.
    failure: RefCell<Option<ReadError>>,
}

impl<'a> Bytes<'a> {
    /// The bytes of a service.
    pub(super) fn of(service: &'a Service, pristine: Pristine<'a>) -> Self {
        Self { service, pristine, failure: RefCell::default() }
    }

    /// Fails if something could not be read.
    pub(super) fn check(&self) -> Result<(), Failure> {
        self.failure.take().map_or(Ok(()), |error| Err(Failure::outside(error)))
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
        self.or_note(self.service.site.entry(path)).map(|entry| entry.bytes)
    }
}
