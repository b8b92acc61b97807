//! The layers that a golden path composes: each is there in its range, and is told what it asks.

use super::subject::{Subject, steps};
use crate::{
    catalog::Release,
    data::Value,
    diag::Diagnostic,
    edit::{Content, Edit, Step},
    manifest::{Kind, LayerUse, Parameter},
    name::nearest,
    spec::METADATA_ANSWERS,
};

pub(super) fn check(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let layers = subject.manifest.layers.iter().enumerate();
    layers.flat_map(|(index, layer)| check_layer(subject, index, layer)).collect()
}

fn check_layer(subject: &Subject<'_>, index: usize, layer: &LayerUse) -> Vec<Diagnostic> {
    let catalog = subject.request.catalog;
    let index = index.to_string();
    let versions = catalog.versions(&layer.name);
    let Some(newest) = versions.last() else {
        let near = nearest(&layer.name, catalog.names());
        let message = format!("there is no layer `{}`", layer.name);
        let mistake = Diagnostic::error("unknown-layer", message).at(layer.place.clone());
        let removal = || subject.removal(steps(["layers", &index]));
        return vec![match near {
            Some(near) => mistake.help(format!("did you mean `{near}`?")).instead(Some(near)),
            None => mistake.help("remove it, or add the layer to the catalog").fix(removal()),
        }];
    };
    let Some(version) = versions.iter().rfind(|it| layer.version.matches(it)) else {
        let place = subject.value_place(["layers", &index, "version"]);
        let range = newest.compatible().to_string();
        let message = format!("layer `{}` has no version in `{}`", layer.name, layer.version);
        return vec![
            Diagnostic::error("no-such-version", message)
                .at(place)
                .help(format!("write `{range}`: the newest is {newest}"))
                .instead(Some(format!("\"{range}\""))),
        ];
    };
    // What is wrong with the layer itself is told where it is looked at.
    let Some(release) = catalog.release(&layer.name, version) else { return Vec::new() };
    if release.manifest.kind != Kind::Layer {
        let message = format!("`{}` is a golden path, not a layer", layer.name);
        let mistake = Diagnostic::error("wrong-kind", message).at(layer.place.clone());
        let removal = subject.removal(steps(["layers", &index]));
        return vec![mistake.help("golden paths compose layers alone: remove it").fix(removal)];
    }
    let mut found = not_asked(subject, &index, layer, &release);
    found.extend(not_told(subject, &index, layer, &release));
    found
}

/// What `with` says and the layer does not ask.
fn not_asked(
    subject: &Subject<'_>,
    index: &str,
    layer: &LayerUse,
    release: &Release,
) -> Vec<Diagnostic> {
    let asked: Vec<_> = asked(release).map(|it| it.name.as_str()).collect();
    let wrong = layer.with.iter().filter(|(name, _)| !asked.contains(&name.as_str()));
    wrong
        .map(|(name, _)| {
            let pointer = ["layers", index, "with", name].into_iter().collect();
            let untold = asked.iter().filter(|it| !layer.with.iter().any(|(told, _)| told == *it));
            let near = nearest(name, untold.copied());
            let message = format!("layer `{}` does not ask for `{name}`", layer.name);
            let path = steps(["layers", index, "with", name]);
            let (help, edit) = match near {
                Some(near) => {
                    (format!("did you mean `{near}`?"), Edit::Rename { path, to: near.to_owned() })
                }
                None => ("remove it".to_owned(), Edit::Remove { path }),
            };
            Diagnostic::error("with-not-asked", message)
                .at(subject.data.key_place(&pointer))
                .help(help)
                .fix(subject.manifest_edit(&[edit]))
        })
        .collect()
}

/// What the layer must know and nobody tells it.
fn not_told(
    subject: &Subject<'_>,
    index: &str,
    layer: &LayerUse,
    release: &Release,
) -> Vec<Diagnostic> {
    let is_told = |name: &str| layer.with.iter().any(|(told, _)| told == name);
    let is_own = |name: &str| subject.parameters().any(|own| own == name);
    let is_given = |name: &str| METADATA_ANSWERS.contains(&name) && is_own(name);
    let needed = asked(release).filter(|it| it.is_required && it.default.is_none());
    let open = needed.filter(|it| !is_told(&it.name) && !is_given(&it.name));
    // A name that is near a wrong one is told there.
    let wrong: Vec<_> = layer.with.iter().map(|(name, _)| name.as_str()).collect();
    let asked_names: Vec<_> = asked(release).map(|it| it.name.as_str()).collect();
    let is_misspelt = |name: &str| {
        wrong.iter().any(|it| !asked_names.contains(it) && nearest(it, [name]).is_some())
    };
    open.filter(|it| !is_misspelt(&it.name))
        .map(|it| {
            let message = format!("layer `{}` must be told `{}`", layer.name, it.name);
            let mistake = Diagnostic::error("with-missing", message).at(layer.place.clone());
            let same = is_own(&it.name).then(|| format!("{{{{ {} }}}}", it.name));
            let value = same.map(Value::from).or_else(|| sample(it));
            let edit = value.as_ref().and_then(|value| {
                let mut path = steps(["layers", index, "with"]);
                path.push(Step::Key(it.name.clone()));
                let content = Content::Value(value.clone());
                subject.manifest_edit(&[Edit::Set { path, content }])
            });
            let shown = value.map_or_else(|| "…".to_owned(), |it| it.to_json());
            mistake.help(format!("add `{}: {shown}` to its `with`", it.name)).fix(edit)
        })
        .collect()
}

fn asked(release: &Release) -> impl Iterator<Item = &Parameter> {
    release.manifest.parameters.iter().filter(|it| it.computed.is_none())
}

fn sample(parameter: &Parameter) -> Option<Value> {
    super::sample::samples(parameter).into_iter().next()
}
