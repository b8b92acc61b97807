//! A version rendered with each sample: by itself, and with its layers where it has some.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    attributes,
    cure::Found,
    files,
    sample::{Sample, Samples},
    speaking::{Seen, Speaking, different},
    subject::{Subject, output},
};
use crate::{
    answer::Answers,
    catalog::Release,
    data::Value,
    diag::Diagnostic,
    manifest::{FileRule, LayerUse, Manifest},
    plan::{self, Layer, Limits, Plan, Request, Sources},
    resolve::{LayerQuestions, variables},
    text::Document,
    tree::{Ownership, RepoPath, Tree},
};

/// How many answers a finding names, and how long they may be.
const SHOWN: usize = 4;
const LONGEST: usize = 40;

/// What came of every sample.
pub(super) struct Rendered<'s> {
    /// The version by itself, with each sample.
    plans: Vec<Plan>,
    /// With its layers, with the answers of each case.
    whole: Vec<Plan>,
    /// What is wrong, and with which answers.
    pub(super) mistakes: Vec<Found<'s>>,
}

impl Rendered<'_> {
    /// Every plan that was made.
    pub(super) fn all(&self) -> impl Iterator<Item = &Plan> {
        self.whole.iter().chain(&self.plans)
    }

    /// Every file that is written with some sample, by itself.
    pub(super) fn outputs(&self) -> impl Iterator<Item = &RepoPath> {
        self.plans.iter().flat_map(|plan| plan.files.keys()).collect::<BTreeSet<_>>().into_iter()
    }

    /// Every template that wrote a file.
    pub(super) fn sources(&self) -> impl Iterator<Item = &str> {
        self.plans.iter().flat_map(|plan| plan.files.values().map(|it| it.source.path.as_str()))
    }
}

pub(super) fn render<'s, 'a>(
    subject: &Subject<'a>,
    speaking: &Speaking<'a>,
    samples: &'s Samples<'_>,
) -> Rendered<'s> {
    let mut rendered = Rendered { plans: Vec::new(), whole: Vec::new(), mistakes: Vec::new() };
    let files = subject.request.files;
    // Git's attributes decide about other files; keys are looked up in what is written.
    let is_needed = |path: &RepoPath| {
        let is_keyed = |it: &&FileRule| matches!(it.ownership, Some(Ownership::MergedWithKeys(_)));
        let mut keyed = subject.manifest.files.iter().filter(is_keyed);
        let output = output(path).and_then(|it| RepoPath::parse(it).ok());
        let is_open = |it: &RepoPath| it.as_str().contains(['{', '[']);
        attributes::are_in(path)
            || keyed
                .any(|rule| output.as_ref().is_none_or(|it| is_open(it) || rule.glob.matches(it)))
    };
    let mut known = Seen::new(speaking);
    for sample in &samples.bases {
        known.note(files, &sample.answers);
        match plan(subject, sample, files) {
            Ok(plan) => rendered.plans.push(plan),
            Err(mistakes) => rendered.mistakes.extend(mistakes.into_iter().map(|it| (it, sample))),
        }
    }
    if let Some(first) = samples.bases.first() {
        for sample in &samples.variants {
            let changed = different(&sample.answers, &first.answers);
            match plan(subject, sample, &known.emptied(files, &sample.answers, is_needed)) {
                Ok(plan) => rendered.plans.push(plan),
                Err(mistakes) => {
                    let with = |it: Diagnostic| (it.note(answered(sample, &changed)), sample);
                    rendered.mistakes.extend(mistakes.into_iter().map(with));
                }
            }
        }
    }
    if !rendered.mistakes.is_empty() {
        return rendered;
    }
    let releases = releases(subject);
    let beside: Vec<_> = releases.iter().map(|it| LayerBeside::new(subject, it)).collect();
    for sample in &samples.bases {
        match with_layers(subject, sample, &beside) {
            Ok(plan) => rendered.whole.push(plan),
            Err(mistakes) => rendered.mistakes.extend(mistakes.into_iter().map(|it| (it, sample))),
        }
    }
    rendered
}

/// The answers that a sample was made with in place of those of the first case.
fn answered(sample: &Sample, changed: &BTreeSet<&str>) -> String {
    let is_given = |name: &&&str| sample.given.contains_key(**name);
    let answer = |name: &&str| {
        let value = sample.answers.get(*name)?.value.to_string();
        (value.len() <= LONGEST).then(|| format!("`{name}` is `{value}`"))
    };
    let given: Vec<_> = changed.iter().filter(is_given).filter_map(answer).collect();
    match given.len() {
        0 => "with other answers than those of the first case".to_owned(),
        count if count > SHOWN => {
            format!(
                "where {}, and {} more",
                given.get(..SHOWN).unwrap_or_default().join(", "),
                count - SHOWN
            )
        }
        _ => format!("where {}", given.join(", ")),
    }
}

/// The version by itself: those of its files that `files` holds.
pub(super) fn plan(
    subject: &Subject<'_>,
    sample: &Sample,
    files: &Tree,
) -> Result<Plan, Vec<Diagnostic>> {
    planned(subject, sample, (files, own_sources(subject)?))
}

/// The same of files that were changed, partials among them perhaps.
pub(super) fn plan_changed(
    subject: &Subject<'_>,
    sample: &Sample,
    files: &Tree,
) -> Result<Plan, Vec<Diagnostic>> {
    let sources = sources(subject, &subject.manifest, files);
    planned(subject, sample, (files, &sources.map_err(|mistakes| called(subject, mistakes))?))
}

fn planned(
    subject: &Subject<'_>,
    sample: &Sample,
    files: (&Tree, &Sources),
) -> Result<Plan, Vec<Diagnostic>> {
    let part = Part::new(&subject.manifest, files, &sample.answers);
    let request = Request { layers: vec![part.layer()], limits: Limits::default() };
    plan::plan(&request).map_err(|mistakes| called(subject, mistakes))
}

/// The version's own partials and data, of all its files.
fn own_sources<'s>(subject: &'s Subject<'_>) -> Result<&'s Sources, Vec<Diagnostic>> {
    let read = || {
        sources(subject, &subject.manifest, subject.request.files)
            .map_err(|mistakes| called(subject, mistakes))
    };
    subject.sources.get_or_init(read).as_ref().map_err(Clone::clone)
}

fn sources(
    subject: &Subject<'_>,
    manifest: &Manifest,
    files: &Tree,
) -> Result<Sources, Vec<Diagnostic>> {
    let (metadata, request) = (&manifest.metadata, subject.request);
    let (data, proofs) = (request.catalog.data(), request.proofs.clone());
    plan::kept_sources((&metadata.name, &metadata.version), files, data, proofs)
}

/// The layers that the version may be rendered with. One that can't be had is told elsewhere.
fn releases<'m>(subject: &'m Subject<'_>) -> Vec<(&'m LayerUse, Arc<Release>)> {
    let catalog = subject.request.catalog;
    let release = |layer: &'m LayerUse| {
        let mut versions = catalog.versions(&layer.name).iter();
        let version = versions.rfind(|it| layer.version.matches(it))?;
        Some((layer, catalog.release(&layer.name, version)?))
    };
    subject.manifest.layers.iter().filter_map(release).collect()
}

/// A layer beside the version, what it asks and what its templates are made of.
struct LayerBeside<'r> {
    layer: &'r LayerUse,
    release: &'r Release,
    questions: Result<LayerQuestions<'r>, Vec<Diagnostic>>,
    sources: Result<Sources, Vec<Diagnostic>>,
}

impl<'r> LayerBeside<'r> {
    fn new(subject: &Subject<'_>, (layer, release): &'r (&LayerUse, Arc<Release>)) -> Self {
        let sources = sources(subject, &release.manifest, &release.files);
        Self {
            layer,
            release,
            questions: LayerQuestions::new(&release.manifest),
            sources: sources.map_err(|mistakes| called(subject, mistakes)),
        }
    }

    /// The layer with the answers that it gets.
    fn part(&self, sample: &Sample) -> Result<Part<'_>, Vec<Diagnostic>> {
        let questions = self.questions.as_ref().map_err(Clone::clone)?;
        let sources = self.sources.as_ref().map_err(Clone::clone)?;
        let answers = questions.answers(self.layer, &sample.answers)?.answers;
        Ok(Part::new(&self.release.manifest, (&self.release.files, sources), &answers))
    }
}

fn with_layers(
    subject: &Subject<'_>,
    sample: &Sample,
    beside: &[LayerBeside<'_>],
) -> Result<Plan, Vec<Diagnostic>> {
    let mut layers = Vec::new();
    for it in beside {
        if it.layer.applies(&sample.answers).map_err(|mistake| vec![mistake])? {
            layers.push(it.part(sample)?);
        }
    }
    let own = (subject.request.files, own_sources(subject)?);
    let own = Part::new(&subject.manifest, own, &sample.answers);
    let layers = [&own].into_iter().chain(&layers).map(Part::layer).collect();
    let request = Request { layers, limits: Limits::default() };
    // Only git's attributes look into files that were looked at without the others.
    let has_attributes = request.layers.iter().any(|it| it.files.paths().any(attributes::are_in));
    let planned = if has_attributes { plan::draft(&request) } else { plan::outline(&request) };
    planned.map_err(|mistakes| {
        // What is wrong in a layer's own files is told where the layer is looked at.
        let own = subject.request.label("");
        let is_own = |it: &Diagnostic| {
            it.place.as_ref().is_none_or(|place| place.document.name().starts_with(&own))
        };
        called(subject, mistakes).into_iter().filter(is_own).collect()
    })
}

/// What the templates of one part see.
struct Part<'a> {
    manifest: &'a Manifest,
    files: &'a Tree,
    answers: Value,
    sources: &'a Sources,
    lines: BTreeSet<String>,
    lists: BTreeSet<String>,
}

impl<'a> Part<'a> {
    fn new(
        manifest: &'a Manifest,
        (files, sources): (&'a Tree, &'a Sources),
        answers: &Answers,
    ) -> Self {
        let lines = manifest.parameters.iter().flat_map(|it| it.shape.ways_to_lines(&it.name));
        let lists = manifest.parameters.iter().filter(|it| it.shape.is_list());
        Self {
            manifest,
            files,
            answers: variables(answers),
            sources,
            lines: lines.collect(),
            lists: lists.map(|it| it.name.clone()).collect(),
        }
    }

    fn layer(&self) -> Layer<'_> {
        Layer {
            name: &self.manifest.metadata.name,
            version: &self.manifest.metadata.version,
            files: self.files,
            rules: &self.manifest.files,
            overrides: &self.manifest.overrides,
            answers: &self.answers,
            sources: self.sources,
            lines: &self.lines,
            lists: &self.lists,
        }
    }
}

/// The engine calls a file `name@version: path`; people find it in the catalog.
fn called(subject: &Subject<'_>, mistakes: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let metadata = &subject.manifest.metadata;
    let title = format!("{}@{}: ", metadata.name, metadata.version);
    let start = || subject.manifest.document.place((0..0).into());
    let name = |mut mistake: Diagnostic| {
        let Some(place) = &mistake.place else {
            let named = files::named(subject, &mistake.message);
            return mistake.at(named.unwrap_or_else(start));
        };
        let document = &place.document;
        let (name, span) = (document.name(), place.span);
        let label = match (name.strip_prefix(&title), name.split_once(": ")) {
            (Some(path), _) => subject.request.label(path),
            // A layer's.
            (None, Some((other, path))) if other.contains('@') => {
                format!("{}{}/{path}", subject.request.prefix, other.replacen('@', "/", 1))
            }
            (None, _) => return mistake,
        };
        mistake.place = Some(Document::new(label, document.text()).place(span));
        mistake
    };
    mistakes.into_iter().map(name).collect()
}
