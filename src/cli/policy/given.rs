//! The file that policies are asked about, as the guard would show it to them.
//!
//! **Invariant:** what can't be shown as the guard shows it is refused: nothing is called allowed that
//! was read as something else.

use std::path::Path;

use super::input;
use crate::{
    cli::{Context, Failure},
    data::Value,
    diag::Diagnostic,
    guard::{Bundle, Finding, PLAN_PACKAGE, Packages, Source, Subject},
    policy::Module,
    syntax::{self, Config, Doubtful, Kind, Reading, YamlVersion},
    text::Document,
};

/// What stands for standard input.
const STANDARD: &str = "-";

/// A file as policies see it: each of its documents by itself.
pub(super) struct Given {
    name: String,
    documents: Vec<Config>,
}

impl Given {
    /// Reads a file by its kind.
    pub(super) fn read(context: &Context, file: &Path) -> Result<Self, Failure> {
        let name = file.display().to_string();
        let text = input::text(context, file)?;
        let read = match (name.as_str(), Kind::of(&name)) {
            (STANDARD, _) => {
                syntax::each(Kind::Yaml(YamlVersion::V1_1), &Document::new(&name, text))
            }
            (_, Some(_)) => whole(&name, &text),
            (_, None) => Err(unknown(&name)),
        };
        let documents = read.map_err(Failure::mistake)?;
        if documents.is_empty() {
            let message = format!("nothing was judged: `{name}` holds no document");
            return Err(Failure::mistake(Diagnostic::error("no-input", message)));
        }
        Ok(Self { name, documents })
    }

    /// What the policies of bundles judge. A plan is for the rules over plans and all else for the
    /// others, as the guard has it; where there is no such rule, for those that there are.
    pub(super) fn subjects(&self, bundles: &[Bundle]) -> Vec<Subject> {
        let plan = PLAN_PACKAGE.map(str::to_owned).to_vec();
        let sources = bundles.iter().flat_map(|it| &it.sources);
        let module = |it: &Source| Module::parse(&Document::new(&it.path, it.text.as_str())).0;
        let is_of_plans: Vec<_> = sources.map(|it| module(it).package.starts_with(&plan)).collect();
        let documents = self.documents.iter().enumerate();
        let subject = |(at, config): (usize, &Config)| {
            let input = config.root.to_value();
            let is_plan = is_plan(&input);
            let packages = match is_of_plans.contains(&is_plan) {
                false => Packages::All,
                true if is_plan => Packages::Below(plan.clone()),
                true => Packages::Beside(plan.clone()),
            };
            Subject { path: Some(self.label(at)), packages, input }
        };
        documents.map(subject).collect()
    }

    /// What people call one document.
    fn label(&self, at: usize) -> String {
        match self.documents.as_slice() {
            [_] => self.name.clone(),
            [..] => format!("{}#{}", self.name, at + 1),
        }
    }

    /// The document that a finding is of, if it is one of these.
    pub(super) fn document(&self, finding: &Finding) -> Option<&Config> {
        let path = finding.path.as_deref()?;
        let documents = self.documents.iter().enumerate();
        documents.into_iter().find(|(at, _)| self.label(*at) == path).map(|(_, it)| it)
    }

    /// The part of the plan that this is, if it is one.
    pub(super) fn plan(&self) -> Option<Value> {
        let [config] = self.documents.as_slice() else { return None };
        Some(config.root.to_value()).filter(is_plan)
    }

    /// Gives findings their lines.
    pub(super) fn place(&self, findings: &mut [Finding]) {
        for finding in findings {
            let Some(config) = self.document(finding) else { continue };
            if let (None, Some(pointer)) = (finding.line, &finding.pointer) {
                finding.line = Some(config.place(pointer).position().line);
            }
        }
    }
}

/// All documents of a text, or what is wrong with one of them: the others are not judged without it.
fn whole(name: &str, text: &str) -> Result<Vec<Config>, Diagnostic> {
    let Reading { configs, doubts } = syntax::reading(name, text);
    match doubts.into_iter().find(|it| it.kind == Doubtful::Broken) {
        Some(broken) => Err(broken.mistake),
        None => Ok(configs),
    }
}

/// Whether an input is a plan, as `new`, `apply`, `upgrade` and `check` show it.
fn is_plan(input: &Value) -> bool {
    input.get("action").is_some() && input.get("goldenPath").is_some()
}

fn unknown(name: &str) -> Diagnostic {
    let message = format!("`{name}` is no kind of file that policies judge");
    Diagnostic::error("input-kind", message)
        .note("YAML, JSON, TOML, Dockerfiles, HCL, INI, properties and dotenv are known by their names")
        .help("if it is YAML or JSON, give it by standard input: `--input -`")
}
