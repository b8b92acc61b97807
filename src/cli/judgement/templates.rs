//! What the files of a service were made from: it is told of each file that policies find something in.

use std::collections::BTreeMap;

use crate::{
    catalog::Release,
    cli::reach::references,
    compose,
    docket::Template,
    guard::Verdict,
    lock::Lock,
    plan::Plan,
    tree::{RepoPath, SourceId},
};

/// A golden path with its layers, and which of their files each file of a service is from.
#[derive(Default)]
pub(in crate::cli) struct Templates<'a> {
    releases: &'a [&'a Release],
    sources: BTreeMap<&'a str, &'a SourceId>,
}

impl<'a> Templates<'a> {
    /// Those of a plan.
    pub(in crate::cli) fn of_plan(releases: &'a [&'a Release], plan: &'a Plan) -> Self {
        let source =
            |(path, it): (&'a RepoPath, &'a crate::plan::PlannedFile)| (path.as_str(), &it.source);
        Self { releases, sources: plan.files.iter().map(source).collect() }
    }

    /// Those that a service will be made from.
    pub(in crate::cli) fn of(releases: &'a [&'a Release], service: &'a compose::Service) -> Self {
        Self::of_plan(releases, &service.plan)
    }

    /// Those that a lock names, as far as the catalog still has them.
    pub(in crate::cli) fn of_lock(releases: &'a [&'a Release], lock: &'a Lock) -> Self {
        let sources = lock.files.iter().map(|it| (it.path.as_str(), &it.source));
        Self { releases, sources: sources.collect() }
    }

    /// What the files of a verdict's findings were made from.
    pub(super) fn made(&self, verdict: &Verdict) -> BTreeMap<String, Template> {
        let mut made = BTreeMap::new();
        for path in verdict.findings.iter().filter_map(|it| it.path.as_deref()) {
            if !made.contains_key(path)
                && let Some(template) = self.template(path)
            {
                made.insert(path.to_owned(), template);
            }
        }
        made
    }

    fn template(&self, path: &str) -> Option<Template> {
        let source = *self.sources.get(path)?;
        let is_of = |it: &&&Release| it.manifest.metadata.name == source.layer;
        let release = self.releases.iter().find(is_of)?;
        let metadata = &release.manifest.metadata;
        // What can't be read has been told by the plan.
        let names = references(release, source).unwrap_or_default();
        let parameters = release.manifest.parameters.iter().filter(|it| names.contains(&it.name));
        Some(Template {
            file: format!("{}/{}/{}", metadata.name, metadata.version, source.path),
            parameters: parameters.map(|it| it.name.clone()).collect(),
        })
    }
}
