//! What only a catalog knows: golden paths, versions, parameters and choices.

use std::path::Path;

use super::{Candidate, FILES, FOLDERS, line::Line};
use crate::{
    catalog::Wish,
    catalog::choose,
    cli::{
        Context,
        catalog::WishedPath,
        path::{Subject, cases},
        service::{Service, Site},
        shelf::Shelf,
    },
    manifest::{Kind, Manifest, Parameter, Shape},
};

/// The values of an argument whose value the help calls `name`.
pub(super) fn of(context: &Context, line: &Line<'_>, name: &str) -> Option<Vec<Candidate>> {
    match name {
        "PATH[@RANGE]" => paths(context, line, &[Kind::GoldenPath]),
        "NAME[@RANGE]" => paths(context, line, &[Kind::GoldenPath, Kind::Layer]),
        "NAME=VALUE" => Some(answers(&manifest(context, line)?, line)),
        "PARAM" => Some(manifest(context, line)?.parameters.iter().map(named).collect()),
        "CASE" => Some(cases(&subject(context, line)?).map(|it| Candidate::new(it, "")).collect()),
        "VERSION" => versions(context, line),
        "DIR" => Some(vec![Candidate::new(FOLDERS, "")]),
        "FILE" | "PATH" => Some(vec![Candidate::new(FILES, "")]),
        _ => None,
    }
}

fn shelf(context: &Context, line: &Line<'_>) -> Option<Shelf> {
    match line.value("catalog") {
        Some(folder) => Shelf::directory(&context.host.folder.join(folder)).ok(),
        None => Shelf::embedded().ok(),
    }
}

/// Golden paths by name; behind an `@` their versions, newest first.
fn paths(context: &Context, line: &Line<'_>, kinds: &[Kind]) -> Option<Vec<Candidate>> {
    let shelf = shelf(context, line)?;
    if let Some((name, _)) = line.typed.split_once('@') {
        let versions = shelf.versions(name).iter().rev();
        return Some(versions.map(|it| Candidate::new(format!("{name}@{it}"), "")).collect());
    }
    let newest = |name: &str| {
        let manifest = shelf.manifest(name, shelf.versions(name).last()?).ok();
        manifest.filter(|it| it.metadata.name == name)
    };
    let manifests = shelf.names().filter_map(newest);
    let listed = manifests.filter(|it| kinds.contains(&it.kind)).map(|it| it.metadata);
    Some(listed.map(|it| Candidate::new(it.name, it.title)).collect())
}

/// The versions that a service may go to.
fn versions(context: &Context, line: &Line<'_>) -> Option<Vec<Candidate>> {
    let service = Service::present(Site::find(context, ".".as_ref()).ok()?).ok()?;
    let shelf = service.shelf(context, line.value("catalog").map(Path::new)).ok()?;
    let versions = shelf.versions(&service.lock.golden_path.name).iter().rev();
    Some(versions.map(|it| Candidate::new(it.to_string(), "")).collect())
}

/// The version whose parameters are answered: that of an author's folder, of the service around, or of
/// the golden path that the line names.
fn manifest(context: &Context, line: &Line<'_>) -> Option<Manifest> {
    if line.commands.first() == Some(&"path") {
        let subject = subject(context, line)?;
        let (name, version) = subject.versions.last()?;
        return subject.shelf.manifest(name, version).ok();
    }
    let shelf = shelf(context, line)?;
    let wished: Option<WishedPath> = line.positionals.first().and_then(|it| it.parse().ok());
    if let Some(it) = wished.filter(|it| !shelf.versions(&it.name).is_empty()) {
        let range = it.range.as_ref();
        let wish = Wish { kind: Kind::GoldenPath, name: &it.name, range, place: None };
        let version = choose(&wish, &mut shelf.names(), shelf.versions(&it.name)).ok()?;
        return shelf.manifest(&it.name, version).ok();
    }
    let service = Service::present(Site::find(context, ".".as_ref()).ok()?).ok()?;
    let shelf = service.shelf(context, line.value("catalog").map(Path::new)).ok()?;
    let name = &service.lock.golden_path.name;
    shelf.manifest(name, shelf.versions(name).last()?).ok()
}

/// What an author works on: the folder that the line names, else the working folder.
fn subject(context: &Context, line: &Line<'_>) -> Option<Subject> {
    // `path impact PARAM DIR` has another argument before the folder.
    let before = usize::from(line.commands.last() == Some(&"impact"));
    let folder = line.positionals.get(before).map_or(".", String::as_str);
    Subject::find(context, folder.as_ref()).ok()
}

fn named(parameter: &Parameter) -> Candidate {
    Candidate::new(&parameter.name, parameter.question())
}

/// `name=` for what is not answered yet; behind the `=` what may be answered.
fn answers(manifest: &Manifest, line: &Line<'_>) -> Vec<Candidate> {
    let asked = || manifest.parameters.iter().filter(|it| it.computed.is_none());
    // In `--set=name=value` the first `=` is the option's.
    let typed = line.typed.strip_prefix("--set=").unwrap_or(line.typed);
    let Some((name, value)) = typed.split_once('=') else {
        let given = line.options.get("set").map(Vec::as_slice).unwrap_or_default();
        let is_given = |name: &str| given.iter().any(|it| it.split('=').next() == Some(name));
        let open = asked().filter(|it| !is_given(&it.name)).map(named);
        return open.map(|it| Candidate { word: format!("{}=", it.word), ..it }).collect();
    };
    let Some(parameter) = asked().find(|it| it.name == name) else { return Vec::new() };
    let values = match &parameter.shape {
        Shape::Boolean => vec![Candidate::new("true", ""), Candidate::new("false", "")],
        Shape::Choice(choices) | Shape::Choices(choices) => {
            // Of several, those before the last comma are said.
            let said = value.rfind(',').filter(|_| matches!(parameter.shape, Shape::Choices(_)));
            let said = said.and_then(|at| value.get(..=at)).unwrap_or_default();
            let whole = |value: &dyn std::fmt::Display| format!("{said}{value}");
            choices.iter().map(|it| Candidate::new(whole(&it.value), it.label())).collect()
        }
        _ => Vec::new(),
    };
    values.into_iter().map(|it| Candidate { word: format!("{name}={}", it.word), ..it }).collect()
}
