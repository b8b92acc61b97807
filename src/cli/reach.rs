//! Which parameters the template of a file names.
//!
//! In: a golden path or layer, and one of its templates. Out: names; nothing is rendered.

use std::collections::BTreeSet;

use crate::{
    catalog::Release,
    data::Value,
    diag::Diagnostic,
    plan::{self, Sources},
    template::LayerName,
    tree::{RepoPath, SourceId},
};

/// The parameters that a template names.
pub(super) fn references(
    release: &Release,
    source: &SourceId,
) -> Result<BTreeSet<String>, Diagnostic> {
    // Only what has an answer counts as a name.
    let names = release.manifest.parameters.iter().map(|it| (it.name.as_str(), Value::Null));
    let answers = Value::map(names);
    let lists = release.manifest.parameters.iter().filter(|it| it.shape.is_list());
    let lists = lists.map(|it| it.name.clone()).collect();
    let metadata = &release.manifest.metadata;
    let name = LayerName { name: &metadata.name, version: &metadata.version };
    let layer = plan::Layer {
        name: &metadata.name,
        version: &metadata.version,
        files: &release.files,
        rules: &release.manifest.files,
        overrides: &release.manifest.overrides,
        answers: &answers,
        sources: &Sources::new(name, &release.files, &Value::Map(Vec::new())),
        lines: &BTreeSet::new(),
        lists: &lists,
    };
    let mut paths = source.templates().filter_map(|path| RepoPath::parse(path).ok());
    match paths.find(|path| release.files.get(path).is_some()) {
        Some(path) => plan::references(&layer, &path),
        None => Ok(BTreeSet::new()),
    }
}
