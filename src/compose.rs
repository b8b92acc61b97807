//! A golden path, its layers and the answers -> everything that a service's repository holds.

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    answer::{Answer, Answers, Origin},
    catalog::Release,
    data::Value,
    diag::Diagnostic,
    lock::{self, Lock, LockedFile, Part},
    plan::{self, Limits, Plan, Sources},
    resolve::{layer_answers, variables},
    spec::{self, Spec},
    tree::{Entry, RepoPath, Tree, TreeId},
    version::Version,
};

/// A golden path or layer with the answers to its parameters.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The golden path or layer.
    pub release: Arc<Release>,
    /// Its answers.
    pub answers: Answers,
}

/// What a service is composed of.
#[derive(Debug)]
pub struct Composition<'a> {
    /// The golden path.
    pub golden_path: &'a Answered,
    /// Its layers, in order.
    pub layers: &'a [Answered],
    /// What all golden paths of the catalog share.
    pub data: &'a Value,
    /// Where the golden path comes from, as the lock says it.
    pub source: &'a str,
    /// The spec that goes into the repository.
    pub spec: &'a Spec,
    /// The version of this program.
    pub flagstone: &'a Version,
}

/// Everything that a service's repository holds.
#[derive(Debug)]
pub struct Service {
    /// What the golden path rendered.
    pub plan: Plan,
    /// What the service got.
    pub lock: Lock,
    /// The whole repository: the plan, the spec and the lock.
    pub tree: Tree,
}

/// Composes a service.
///
/// # Errors
/// Every mistake of the templates, and what can't stand side by side.
pub fn compose(composition: &Composition<'_>) -> Result<Service, Vec<Diagnostic>> {
    let parts: Vec<_> = [composition.golden_path].into_iter().chain(composition.layers).collect();
    let plan = plan_of(&parts, composition.data)?;
    let lock = lock_of(composition, &plan);
    let mut tree = plan.tree();
    let own = [(spec::FILE, composition.spec.to_text()), (lock::FILE, lock.to_text())];
    for (name, text) in own {
        let path = RepoPath::parse(name).expect("our own files have good names");
        // The plan has refused templates of these names.
        tree.insert(path, Entry::file(text.into_bytes()));
    }
    Ok(Service { plan, lock, tree })
}

/// What a lock says a service was made from.
#[derive(Debug)]
pub struct Again<'a> {
    /// The lock.
    pub lock: &'a Lock,
    /// The golden path in the locked version.
    pub golden_path: Arc<Release>,
    /// Its layers in their locked versions, in the order of the lock.
    pub layers: &'a [Arc<Release>],
}

/// The pristine files of a lock, rendered again.
///
/// # Errors
/// If the releases and the answers no longer render.
pub fn again(again: &Again<'_>, data: &Value) -> Result<Tree, Vec<Diagnostic>> {
    let answer = |(name, value): &(String, Value)| {
        (name.clone(), Answer { value: value.clone(), origin: Origin::Spec })
    };
    let answers: Answers = again.lock.parameters.iter().map(answer).collect();
    let mut parts = vec![Answered { release: again.golden_path.clone(), answers: answers.clone() }];
    for release in again.layers {
        let uses = &again.golden_path.manifest.layers;
        let layer = uses.iter().find(|it| it.name == release.manifest.metadata.name);
        if let Some(layer) = layer {
            let resolved = layer_answers(layer, &release.manifest, &answers)?;
            parts.push(Answered { release: release.clone(), answers: resolved.answers });
        }
    }
    Ok(plan_of(&parts.iter().collect::<Vec<_>>(), data)?.tree())
}

/// The files of a golden path and its layers, without spec and lock.
///
/// # Errors
/// Every mistake of the templates, and every answer that does not fit into them.
pub fn plan_of(parts: &[&Answered], data: &Value) -> Result<Plan, Vec<Diagnostic>> {
    let inputs = parts.iter().map(|part| Input::new(part, data));
    let inputs = inputs.collect::<Result<Vec<_>, _>>()?;
    let layers = parts.iter().zip(&inputs).map(|(part, input)| layer(part, input)).collect();
    plan::plan(&plan::Request { layers, limits: Limits::default() })
}

/// What the templates of one part see.
struct Input {
    answers: Value,
    sources: Sources,
    lines: BTreeSet<String>,
    lists: BTreeSet<String>,
}

impl Input {
    fn new(part: &Answered, catalog: &Value) -> Result<Self, Vec<Diagnostic>> {
        let metadata = &part.release.manifest.metadata;
        let parameters = part.release.manifest.parameters.iter();
        let lists = parameters.clone().filter(|it| it.shape.is_list()).map(|it| it.name.clone());
        let lines = parameters.flat_map(|it| it.shape.ways_to_lines(&it.name));
        Ok(Self {
            answers: variables(&part.answers),
            sources: plan::sources(
                (&metadata.name, &metadata.version),
                &part.release.files,
                catalog,
            )?,
            lines: lines.collect(),
            lists: lists.collect(),
        })
    }
}

fn layer<'a>(part: &'a Answered, input: &'a Input) -> plan::Layer<'a> {
    let manifest = &part.release.manifest;
    plan::Layer {
        name: &manifest.metadata.name,
        version: &manifest.metadata.version,
        files: &part.release.files,
        rules: &manifest.files,
        overrides: &manifest.overrides,
        answers: &input.answers,
        sources: &input.sources,
        lines: &input.lines,
        lists: &input.lists,
    }
}

/// The files of a plan as a lock names them.
pub fn locked_files(plan: &Plan) -> Vec<LockedFile> {
    let file = |(path, file): (&RepoPath, &plan::PlannedFile)| LockedFile {
        path: path.clone(),
        mode: file.entry.mode,
        ownership: file.ownership.clone(),
        blob: file.entry.blob_id(),
        source: file.source.clone(),
    };
    plan.files.iter().map(file).collect()
}

fn lock_of(composition: &Composition<'_>, plan: &Plan) -> Lock {
    let part = |it: &Answered| Part {
        name: it.release.manifest.metadata.name.clone(),
        version: it.release.manifest.metadata.version.clone(),
        source: composition.source.to_owned(),
        digest: it.release.digest,
    };
    let files = locked_files(plan);
    let answers = &composition.golden_path.answers;
    Lock {
        flagstone: composition.flagstone.clone(),
        golden_path: part(composition.golden_path),
        layers: composition.layers.iter().map(part).collect(),
        parameters: answers.iter().map(|(name, it)| (name.clone(), it.value.clone())).collect(),
        tree: TreeId::of(files.iter().map(|it| (&it.path, it.mode, it.blob))),
        files,
    }
}
