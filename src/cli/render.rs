//! A golden path with its answers: its layers, answered too, and the service that all of it makes.

use std::sync::Arc;

use super::{
    Failure,
    shelf::{Shelf, flagstone_version},
};
use crate::{
    answer::Answers,
    catalog::{Release, Wish},
    compose::{Answered, Composition, Service, compose},
    diag::Diagnostic,
    manifest::Kind,
    resolve::layer_answers,
    spec::{CatalogReference, Spec},
};

/// The layers that a service with these answers has, each answered; and what is worth a look.
pub(super) fn layers(
    shelf: &Shelf,
    release: &Release,
    answers: &Answers,
) -> Result<(Vec<Answered>, Vec<Diagnostic>), Failure> {
    let (mut layers, mut warnings, mut mistakes) = (Vec::new(), Vec::new(), Vec::new());
    for layer in &release.manifest.layers {
        if !layer.applies(answers).map_err(Failure::mistake)? {
            continue;
        }
        let range = Some(&layer.version);
        let wish =
            Wish { kind: Kind::Layer, name: &layer.name, range, place: Some(layer.place.clone()) };
        let release = shelf.release(&wish)?;
        match layer_answers(layer, &release.manifest, answers) {
            Ok(resolved) => {
                warnings.extend(resolved.warnings);
                layers.push(Answered { release, answers: resolved.answers });
            }
            Err(found) => mistakes.extend(found),
        }
    }
    if mistakes.is_empty() { Ok((layers, warnings)) } else { Err(Failure::Mistakes(mistakes)) }
}

/// The service of a spec.
pub(super) fn service(
    shelf: &Shelf,
    release: &Arc<Release>,
    answers: &Answers,
    layers: &[Answered],
    spec: &Spec,
) -> Result<Service, Failure> {
    let golden_path = Answered { release: release.clone(), answers: answers.clone() };
    Ok(compose(&Composition {
        golden_path: &golden_path,
        layers,
        data: &shelf.data,
        source: &source_label(&spec.catalog),
        spec,
        flagstone: &flagstone_version(),
    })?)
}

/// Where a golden path comes from, as the lock says it.
pub(super) fn source_label(catalog: &CatalogReference) -> String {
    match catalog {
        CatalogReference::Embedded => "embedded".to_owned(),
        CatalogReference::Directory(folder) => format!("directory:{folder}"),
        CatalogReference::Unsupported(words) => words.clone(),
    }
}
