//! Fills a hidden folder with a whole repository.

use std::{fs, path::Path};

use super::{
    files::{Folder, Pace},
    index::Item,
    land::LandError,
    objects::File,
    pack::Pack,
    parallel::both,
    skeleton::{self, Skeleton},
};

/// Everything that is to be written, computed.
pub(super) struct Build<'a> {
    pub(super) files: Vec<File<'a>>,
    pub(super) pack: Pack,
    pub(super) skeleton: Skeleton<'a>,
    pub(super) pace: Pace<'a>,
}

impl<'a> Build<'a> {
    /// Makes the folder `root` and writes the repository into it. The pack goes to the disk while the
    /// other threads write the files.
    pub(super) fn fill(&self, root: &Path) -> Result<Vec<Item<'a>>, LandError> {
        let failed = |source| LandError::Stage { folder: root.to_owned(), source };
        fs::create_dir_all(root).map_err(failed)?;
        let root = Folder::open(root).map_err(failed)?;
        let (skeleton, stats) =
            both(self.pace.threads, &|| self.skeleton.write(&root, &self.pack), || {
                root.write(&self.files, &self.pace)
            });
        let stats = skeleton.and(stats)?;
        let item = |(file, stat): (&File<'a>, _)| {
            let File { path, entry, id } = *file;
            Item { path, mode: entry.mode, id, stat }
        };
        let items: Vec<_> = self.files.iter().zip(stats).map(item).collect();
        skeleton::write_index(&root, &items)?;
        self.pace.check()?;
        Ok(items)
    }
}
