//! Mistakes of cases as the commands of authors tell them: in the words of these commands, at places
//! that can be opened from where the author is.

use std::{collections::BTreeMap, path::Path};

use super::Subject;
use crate::{
    case::{Case, FOLDER, asked_for, told_of_case},
    cli::{Context, Failure},
    diag::Diagnostic,
    text::Document,
    version::Version,
};

/// Mistakes in the answers of a case, with hints at what can be done about them there.
pub(super) fn of_case(failure: Failure, case: &Case) -> Failure {
    each(failure, |mistake| told_of_case(mistake, case.document.name(), &case.place))
}

/// Mistakes in answers that come from a case and from flags, or from flags alone.
pub(super) fn of_sample(failure: Failure, case: Option<&Case>) -> Failure {
    each(failure, |mistake| {
        let Some(name) = asked_for(&mistake) else { return mistake };
        let file = match case {
            Some(case) => format!("add it to `parameters` of `{}`", case.document.name()),
            None => format!("write a case, `{FOLDER}/defaults.yaml`, with its `parameters`"),
        };
        mistake.help(format!("pass `--set {name}=…`, or {file}"))
    })
}

fn each(failure: Failure, told: impl Fn(Diagnostic) -> Diagnostic) -> Failure {
    match failure {
        Failure::Mistakes(mistakes) => Failure::Mistakes(mistakes.into_iter().map(told).collect()),
        Failure::Usage(_)
        | Failure::Outside(_)
        | Failure::Target(_)
        | Failure::Denied(_)
        | Failure::Interrupted(_) => failure,
    }
}

/// Names of files as they are from the working folder, and not by `name@version`.
pub(super) struct Relative<'a> {
    folder: &'a Path,
    catalog: &'a Path,
    /// The folders of versions, by `name@version: `.
    versions: BTreeMap<String, String>,
}

impl<'a> Relative<'a> {
    pub(super) fn new<'v>(
        context: &'a Context,
        catalog: &'a Path,
        versions: impl IntoIterator<Item = (&'v str, &'v Version)>,
    ) -> Self {
        let one = |(name, version): (&str, &Version)| {
            (format!("{name}@{version}: "), format!("{name}/{version}"))
        };
        let versions = versions.into_iter().map(one).collect();
        Self { folder: &context.host.folder, catalog, versions }
    }

    pub(super) fn of(context: &'a Context, subject: &'a Subject) -> Self {
        let of_name = |name: &'a str| subject.shelf.versions(name).iter().map(move |it| (name, it));
        Self::new(context, &subject.catalog, subject.shelf.names().flat_map(of_name))
    }

    /// A file's name.
    pub(super) fn name(&self, name: &str) -> String {
        let end = name.find(": ").map(|at| at + 2);
        let parts = end.and_then(|end| name.split_at_checked(end));
        let version = parts.and_then(|(label, rest)| Some((self.versions.get(label)?, rest)));
        let whole = match version {
            Some((version, rest)) => self.catalog.join(version).join(rest),
            None => name.into(),
        };
        whole.strip_prefix(self.folder).unwrap_or(&whole).display().to_string()
    }

    /// A mistake at the place as it is called here, and with such names in its hint.
    pub(super) fn mistake(&self, mut mistake: Diagnostic) -> Diagnostic {
        if let Some(place) = &mut mistake.place {
            let name = self.name(place.document.name());
            if name != place.document.name() {
                place.document = Document::new(name, place.document.text());
            }
        }
        let whole = format!("`{}/", self.folder.display());
        mistake.help = mistake.help.map(|it| it.replace(&whole, "`"));
        mistake
    }

    /// A failure with all of its mistakes.
    pub(super) fn failure(&self, failure: Failure) -> Failure {
        each(failure, |it| self.mistake(it))
    }
}
