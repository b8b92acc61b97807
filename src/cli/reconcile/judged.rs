//! What policies say of a service as it would be after an upgrade, before anything of it lands.

use super::{Request, base::Sides, target::Target, theirs::Theirs};
use crate::{
    cli::{
        Failure,
        judgement::{self, Deed, Files, Templates},
        service::{Service, lost, read_spec},
        shelf::Shelf,
    },
    data::Value,
    docket::Judged,
    manifest::Kind,
    merge::Contents as _,
    repo::{Changes, CommitId},
    spec,
    text::Document,
    tree::{Entry, Listing, Tree},
};

/// Has the service judged with its changes. Of a conflict what the golden path brings is judged: what
/// people make of it is judged by `--continue`.
pub(super) fn judged(
    request: &Request<'_>,
    (service, shelf): (&Service, &Shelf),
    (target, theirs): (&Target, &Theirs),
    (commit, changes, sides): (CommitId, &Changes, &Sides<'_>),
) -> Result<Option<Judged>, Failure> {
    let spec = read_spec(&Document::new(service.site.name(spec::FILE), theirs.spec_text.as_str()))?;
    let layers = theirs.service.lock.layers.iter();
    let layers = layers.map(|it| shelf.exact(Kind::Layer, &it.name, &it.version));
    let layers: Vec<_> = layers.collect::<Result<_, _>>()?;
    let releases: Vec<_> =
        std::iter::once(&target.release).chain(&layers).map(|it| &**it).collect();
    let tree = || tree(service, changes, sides);
    let bundles = judgement::policies(shelf, &releases)?;
    let Some((docket, tree)) = judgement::gather(bundles, &spec.spec, tree)? else {
        return Ok(None);
    };
    let parameters = theirs.resolved.iter().map(|(name, it)| (name.clone(), it.value.clone()));
    let deed = Deed {
        action: request.verb.as_str(),
        ticket: request.ticket,
        folder: service.site.repository.root().unwrap_or(service.site.repository.git_folder()),
        spec: &spec.spec,
        parameters: Value::map(parameters),
    };
    let release = &target.release;
    let digest = release.digest.to_string();
    let golden_path = judgement::golden_path(shelf, &release.manifest.metadata, digest);
    let layers = layers.iter().map(|it| judgement::layer(it)).collect();
    let input = judgement::input(request.context, deed, golden_path, layers);
    let ownership = judgement::ownership_in(&theirs.service);
    let templates = Templates::of(&releases, &theirs.service);
    let files = Listing::from(&tree);
    let unnamed = service.site.unnamed_in(commit)?;
    let files = Files {
        tree: &tree,
        files: &files,
        before: &service.files,
        unnamed: &unnamed,
        ownership: &ownership,
        templates: &templates,
    };
    judgement::judge(request.context, &docket, input, &files).map(Some)
}

/// Every file as it would be.
fn tree(service: &Service, changes: &Changes, sides: &Sides<'_>) -> Result<Tree, Failure> {
    let mut tree = Tree::new();
    for (path, blob) in &service.files.files {
        if changes.contains_key(path) {
            continue;
        }
        let bytes = service.site.repository.bytes(blob.id).map_err(Failure::outside)?;
        let bytes = bytes.ok_or_else(|| lost(path.as_str()))?;
        tree.insert(path.clone(), Entry { mode: blob.mode, bytes });
    }
    for (path, change) in changes {
        let theirs = change.sides.and_then(|it| it.theirs.or(it.ours));
        let entry = match theirs {
            Some(blob) => {
                let bytes = sides.bytes(blob.id).ok_or_else(|| lost(path.as_str()))?;
                Some(Entry { mode: blob.mode, bytes })
            }
            None => change.after.clone(),
        };
        if let Some(entry) = entry {
            tree.insert(path.clone(), entry);
        }
    }
    Ok(tree)
}
