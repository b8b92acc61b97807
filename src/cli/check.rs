//! `flagstone check`: whether a service is still what its golden path made it.

pub(super) mod answers;
mod bytes;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use self::{answers::Answers, bytes::Bytes};
use super::{
    Context, Exit, Failure,
    arguments::Format,
    catalog::{WhichCatalog, deprecation},
    judgement::{Asked, Unheard, present},
    render::source_label,
    service::{Pristine, Service, Site, own_path},
    shelf::Shelf,
};
use crate::{
    catalog::{Wish, choose},
    diag::Diagnostic,
    docket::Judged,
    drift::{self, Cause, Checked, Finding, Known, LayerRelease, Rule, drift, outdated, wanted},
    lock,
    manifest::{Kind, Manifest},
    spec,
    tree::Ownership,
    ui::{
        annotations::{annotated_mistakes, annotations},
        human::{self, Permitted},
        json_v1,
        junit::{junit, junit_of_mistakes},
        sarif::{sarif, sarif_of_mistakes},
    },
};

/// Check whether a service is still what its golden path made it.
///
/// Compares the files with `flagstone.lock`. The golden path is asked only for keys that are its own
/// in a file that was merged, where no commit holds that file as it was rendered.
/// Policies judge the files as they stand. Ends with 4 if they deny something, with 1 if something was
/// found that --fail-on names.
#[derive(Debug, Args)]
#[command(
    after_help = "Formats: human, json, sarif (code scanning), junit (test reports) and github \
    (annotations of a pull request)."
)]
pub(super) struct CheckArguments {
    /// The service, or a folder in it [default: .].
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// What ends the check in failure: drift of what is the platform's, a newer version, or whatever
    /// is worth a look.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT", default_value = "drift")]
    fail_on: Vec<FailOn>,
    #[command(flatten)]
    catalog: WhichCatalog,
}

/// What ends a check in failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// A managed file or key is not as the golden path made it.
    Drift,
    /// A newer version is released.
    Outdated,
    /// Warnings: a deprecation, keys that can't be compared.
    Warn,
}

pub(super) fn run(context: &Context, arguments: &CheckArguments) -> Result<Exit, Failure> {
    let checked = match check(context, arguments) {
        Err(Failure::Mistakes(mistakes)) => return unchecked(context, mistakes),
        other => other?,
    };
    let (checked, guard) = checked;
    show(context, &checked, guard.as_ref())?;
    let denied = guard.is_some_and(|it| !it.may_go_on());
    Ok(match (denied, checked.has_failed()) {
        (true, _) => Exit::Denied,
        (false, true) => Exit::Found,
        (false, false) => Exit::Done,
    })
}

fn check(
    context: &Context,
    arguments: &CheckArguments,
) -> Result<(Checked, Option<Judged>), Failure> {
    let start = arguments.folder.clone().unwrap_or_else(|| ".".into());
    let service = Service::present(Site::find(context, &start)?)?;
    let (lock, written) = (&service.lock, &service.spec);
    let catalog = arguments.catalog.catalog.as_deref();
    let bytes = Bytes::of(&service, Pristine::of(context, &service, catalog));
    let causes = causes(&arguments.fail_on);
    let mut findings = drift(&drift::Request {
        lock,
        document: &service.lock_document,
        service: &service.files,
        contents: &bytes,
    });
    bytes.check()?;
    let shelf = service.judging(context, catalog);
    // What is asked for can't be said.
    let shelf = match shelf {
        Err(failure) if causes.contains(&Cause::Outdated) => return Err(failure),
        shelf => shelf,
    };
    let manifest = match shelf.as_ref().map(|shelf| of_catalog(&service, shelf)) {
        Ok(Ok((manifest, found))) => {
            findings.extend(found);
            manifest
        }
        Ok(Err(failure)) if causes.contains(&Cause::Outdated) => return Err(failure),
        Ok(Err(failure)) => {
            findings.push(unknown_catalog(&failure));
            None
        }
        Err(failure) => {
            findings.push(unknown_catalog(failure));
            None
        }
    };
    let answers = Answers::asked(&service, manifest.as_ref());
    let asked = Asked { service: &service, shelf: shelf.as_ref(), parameters: &answers.parameters };
    let (guard, unheard) = present(context, &asked, ("check", None))?;
    findings.extend(unheard.iter().map(not_heard));
    findings.extend(other_catalog(&service));
    // Without the manifest of the locked version, nobody knows which parameters may be left out.
    let may_be_out = |name: &str| {
        manifest.as_ref().is_none_or(|manifest| {
            manifest.parameters.iter().any(|it| it.name == name && it.when.is_some())
        })
    };
    let changed = wanted(lock, written, &may_be_out);
    findings.extend(match guard.is_some() {
        true => answers.told(changed),
        false => changed,
    });
    let is_watched = |it: &&lock::LockedFile| {
        matches!(it.ownership, Ownership::Managed | Ownership::MergedWithKeys(_))
    };
    let checked = Checked {
        service: written.spec.name.clone(),
        golden_path: lock.golden_path.name.clone(),
        version: lock.golden_path.version.clone(),
        folder: service.site.prefix.clone(),
        files: lock.files.len(),
        watched: lock.files.iter().filter(is_watched).map(|it| it.path.clone()).collect(),
        findings: drift::judged(findings, &causes),
    };
    Ok((checked, guard))
}

/// What the catalog says of a service: what is newer, what is on its way out; and the manifest of the
/// version that the service has, where the catalog still holds it.
fn of_catalog(
    service: &Service,
    shelf: &Shelf,
) -> Result<(Option<Manifest>, Vec<Finding>), Failure> {
    let (lock, spec) = (&service.lock, &service.spec.spec);
    let name = lock.golden_path.name.as_str();
    let wish = Wish { kind: Kind::GoldenPath, name, range: None, place: None };
    let versions = shelf.versions(name);
    let version = choose(&wish, &mut shelf.names(), versions)?;
    let newest = shelf.manifest(name, version)?;
    let mut findings: Vec<_> =
        deprecation(&newest).map(|it| deprecated(name, it)).into_iter().collect();
    let locked = match versions.iter().find(|it| **it == lock.golden_path.version) {
        Some(locked) if locked == version => Some(newest),
        Some(locked) => Some(shelf.manifest(name, locked)?),
        None => None,
    };
    let uses = locked.iter().flat_map(|manifest| &manifest.layers);
    let layers = uses.filter_map(|layer| {
        let newest = shelf.versions(&layer.name).iter().rfind(|it| layer.version.matches(it))?;
        Some(LayerRelease { name: layer.name.clone(), newest: newest.clone() })
    });
    let known = Known { range: spec.range.as_ref(), versions, layers: layers.collect() };
    findings.extend(outdated(lock, &known));
    Ok((locked, findings))
}

/// That the spec names another catalog than the service is from.
fn other_catalog(service: &Service) -> Option<Finding> {
    let (named, is) = (source_label(&service.spec.spec.catalog), &service.lock.golden_path.source);
    let message = format!(
        "the spec names the catalog `{named}`, and the service is made from `{is}`: the spec has no say \
         in who judges it"
    );
    let finding = Finding::new(Rule::SpecChanged, own_path(spec::FILE), message)
        .at(service.spec.catalog.position())
        .key("catalog")
        .help(format!("name `{is}` again, or agree to the other: `flagstone apply --catalog DIR`"));
    (named != *is).then_some(finding)
}

fn not_heard(unheard: &Unheard) -> Finding {
    let message = format!(
        "the catalog has no {}; none that it has of that name brings policies of its own",
        unheard.what
    );
    Finding::new(Rule::CatalogUnknown, own_path(lock::FILE), message)
        .key(&unheard.name)
        .help("`--catalog DIR` names the catalog in another place")
}

fn deprecated(name: &str, mistake: Diagnostic) -> Finding {
    let finding = Finding::new(Rule::Deprecated, own_path(lock::FILE), mistake.message).key(name);
    match mistake.help {
        Some(help) => finding.help(help),
        None => finding,
    }
}

fn unknown_catalog(failure: &Failure) -> Finding {
    let message =
        format!("nobody can say whether a newer version is released: {}", failure.message());
    Finding::new(Rule::CatalogUnknown, own_path(lock::FILE), message)
        .help("`--catalog DIR` names the catalog in another place")
}

fn causes(fail_on: &[FailOn]) -> Vec<Cause> {
    let cause = |it: &FailOn| match it {
        FailOn::Drift => Cause::Drift,
        FailOn::Outdated => Cause::Outdated,
        FailOn::Warn => Cause::Warn,
    };
    fail_on.iter().map(cause).collect()
}

fn show(context: &Context, checked: &Checked, guard: Option<&Judged>) -> Result<(), Failure> {
    let permitted = match context.global.verbose {
        true => Permitted::Named,
        false => Permitted::Counted,
    };
    let screen = &context.screen;
    let text = match context.global.format {
        // Another command's; refused before this.
        Format::Human | Format::Schema => people(context, (checked, permitted), guard),
        Format::Json => json_v1::to_text(&json_v1::Check::new(checked, guard.map(Judged::to_json))),
        Format::Sarif => sarif(checked, guard),
        Format::Junit => junit(checked, guard),
        Format::Github => annotations(checked, guard),
    };
    if context.global.format.is_report() {
        // The report is for a program; whoever looks at the run shall know how it ended.
        screen.say(&human::check_line(checked));
        if let Some(guard) = guard {
            screen.say(&guard.lines(context));
        }
    }
    if let Some(guard) = guard {
        guard.tell_printed(context);
    }
    if !text.is_empty() {
        screen.result(&text)?;
    }
    Ok(())
}

/// What policies found, what else was found, and how both ended.
fn people(
    context: &Context,
    (checked, permitted): (&Checked, Permitted),
    guard: Option<&Judged>,
) -> String {
    let drift = human::checked(checked, permitted);
    let Some(guard) = guard else { return drift };
    let look = context.screen.result_look();
    let found = human::verdict(guard, look);
    let found = if found.is_empty() { found } else { format!("{found}\n\n") };
    format!("{found}{drift}\n{}", guard.lines(context))
}

/// A check that could not be made, in the format of the report too, so that no CI system takes an empty
/// report for a good one.
fn unchecked(context: &Context, mistakes: Vec<Diagnostic>) -> Result<Exit, Failure> {
    let report = match context.global.format {
        Format::Human | Format::Schema | Format::Json => return Err(Failure::Mistakes(mistakes)),
        Format::Sarif => sarif_of_mistakes(&mistakes),
        Format::Junit => junit_of_mistakes(&mistakes),
        Format::Github => annotated_mistakes(&mistakes),
    };
    context.screen.result(&report)?;
    Err(Failure::Mistakes(mistakes))
}
