//! The files of a service as its golden path made them.

use std::{cell::OnceCell, collections::BTreeMap, path::Path, sync::Arc};

use super::Service;
use crate::{
    cli::Context,
    diag::Diagnostic,
    lock::LockedFile,
    repo::ReadError,
    tree::{BlobId, Tree},
};

/// The bytes that a lock speaks of: those that the repository holds, else what the locked version
/// renders again, where the catalog still has exactly that. A file that an upgrade merged is in no
/// commit as it was rendered.
pub(in crate::cli) struct Pristine<'a> {
    service: &'a Service,
    render: Box<dyn Fn() -> Option<Tree> + 'a>,
    again: OnceCell<BTreeMap<BlobId, Arc<[u8]>>>,
}

impl<'a> Pristine<'a> {
    /// Renders again by `render`, once, and only if something is asked for that is not there.
    pub(in crate::cli) fn new(
        service: &'a Service,
        render: impl Fn() -> Option<Tree> + 'a,
    ) -> Self {
        Self { service, render: Box::new(render), again: OnceCell::new() }
    }

    /// With the catalog of the service, or the one of the flag.
    pub(in crate::cli) fn of(
        context: &'a Context,
        service: &'a Service,
        catalog: Option<&'a Path>,
    ) -> Self {
        Self::new(service, move || {
            let shelf = service.shelf(context, catalog).ok()?;
            service.rendered_again(&shelf)
        })
    }

    /// The bytes of a blob; `None` if nobody holds them.
    pub(in crate::cli) fn bytes(&self, id: BlobId) -> Result<Option<Arc<[u8]>>, ReadError> {
        let there = self.service.site.repository.bytes(id)?;
        Ok(there.or_else(|| self.again().get(&id).cloned()))
    }

    /// That nobody holds what the golden path made of a file.
    pub(in crate::cli) fn gone(&self, file: &LockedFile) -> Diagnostic {
        let locked = &self.service.lock.golden_path;
        let message = format!("nobody holds what the golden path made of `{}`", file.path);
        Diagnostic::error("base-gone", message)
            .note(format!("the lock says blob {}, which is in no commit here", file.blob))
            .note(format!(
                "the catalog would have to hold {}@{} with {}",
                locked.name, locked.version, locked.digest
            ))
            .help("name the catalog with `--catalog DIR`, or fetch the whole history: `git fetch --unshallow`")
    }

    fn again(&self) -> &BTreeMap<BlobId, Arc<[u8]>> {
        self.again.get_or_init(|| (self.render)().as_ref().map(by_id).unwrap_or_default())
    }
}

/// The files of a tree by the ids of their bytes.
pub(in crate::cli) fn by_id(tree: &Tree) -> BTreeMap<BlobId, Arc<[u8]>> {
    tree.iter().map(|(_, entry)| (entry.blob_id(), entry.bytes.clone())).collect()
}
