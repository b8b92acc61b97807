//! Policies over inputs: what they find, and what that comes to.
//!
//! In: a [`Request`] of texts and values. Out: a [`Verdict`]. Policies are Rego, in bundles that know
//! nothing of each other: whoever adds a bundle can add findings and never take any away.
//!
//! **Invariant:** closed, never open: a policy that can't be read, errs or does not end is a failure
//! of the verdict, and so is whatever it would have found. No clock, network, randomness or
//! environment; the time is the request's. A hostile policy can still take this process with it, by
//! its stack or its memory: run what others wrote in a `worker`.

mod author;
mod builtins;
mod bundle;
mod entry;
mod evaluation;
mod finding;
mod parts;
mod plan;
mod print;
mod reach;
mod study;
mod trap;
mod trial;
mod verdict;
mod walk;

pub use author::{
    End, Inquiry, Lines, Part, Purpose, Remark, StudiedRule, Study, Tested, Told, Trial, tell,
};
pub use evaluation::Opened;
pub use plan::{
    Actor, Changes, GoldenPath, Layer, PLAN_PACKAGE, PlanFile, PlanInput, Secret, Service,
};
pub use print::Printed;
pub use verdict::{Decision, Failure, Finding, Off, Verdict};

use serde::{Deserialize, Serialize};

use crate::{data::Value, tree::Digest};

/// What is to be judged, and by which policies.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Request {
    /// The policies. Bundles are judged apart from each other.
    pub bundles: Vec<Bundle>,
    /// What they judge.
    pub subjects: Vec<Subject>,
    /// The time of the run, in seconds since 1970: the only one that policies see.
    pub now: i64,
    /// How to go about it.
    #[serde(default)]
    pub care: Care,
}

/// Policies that belong together and see each other, and the data that they see.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Bundle {
    /// Whose they are, in words: `catalog`, `golden path web 1.2.0`.
    pub origin: String,
    /// The modules.
    pub sources: Vec<Source>,
    /// What is below `data`, besides the rules themselves.
    #[serde(default)]
    pub data: Value,
}

/// One module's text.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Source {
    /// What people find it by.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// One `input`, and the packages whose rules judge it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Subject {
    /// The file that it is, if it is one.
    pub path: Option<String>,
    /// The packages.
    pub packages: Packages,
    /// What the rules see as `input`.
    pub input: Value,
}

/// Whose rules judge a subject.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Packages {
    /// Those of every package.
    #[default]
    All,
    /// Those of a package and of the packages below it.
    Below(Vec<String>),
    /// Those of every package that is neither this one nor below it.
    Beside(Vec<String>),
    /// Those of these packages alone.
    These(Vec<Vec<String>>),
}

/// How to go about a judgement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Care {
    /// All rules at once; what they share is worked out once.
    #[default]
    Quick,
    /// Rule by rule, each said before it is begun: to learn which of them does not end.
    Slow,
}

/// What is begun. Whoever watches a judgement that does not end knows by the last one where it was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The bundle.
    pub bundle: usize,
    /// The module, while it is read, or the one of the rule that is evaluated.
    pub source: Option<usize>,
    /// The line of the rule.
    pub line: Option<usize>,
    /// The subject that is judged.
    pub subject: Option<usize>,
}

impl Request {
    /// The digest of the policies and their data, by which a verdict can be repeated.
    pub fn digest(&self) -> Digest {
        let line = |kind: &str, name: &str, text: &str| {
            format!("{kind} {} {}\n", Value::from(name).to_json(), Digest::of(text.as_bytes()))
        };
        let bundle = |bundle: &Bundle| {
            let mut lines: Vec<_> =
                bundle.sources.iter().map(|it| line("policy", &it.path, &it.text)).collect();
            lines.sort();
            line("bundle", &bundle.origin, &bundle.data.to_json()) + &lines.concat()
        };
        Digest::of(self.bundles.iter().map(bundle).collect::<String>().as_bytes())
    }

    /// The policies as a worker reads them, on a line: they can be read while the subjects are still
    /// being gathered.
    pub fn policies_json(&self) -> Vec<u8> {
        let Self { bundles, now, care, subjects: _ } = self;
        let policies = Policies { bundles, now: *now, care: *care };
        let mut json = serde_json::to_vec(&policies).expect(WRITABLE);
        json.push(b'\n');
        json
    }

    /// The subjects as a worker reads them: of each a line with all but its input, and one with that.
    pub fn subjects_json(&self) -> Vec<u8> {
        let mut json = Vec::new();
        for Subject { path, packages, input } in &self.subjects {
            serde_json::to_writer(&mut json, &Head { path, packages }).expect(WRITABLE);
            json.push(b'\n');
            serde_json::to_writer(&mut json, input).expect(WRITABLE);
            json.push(b'\n');
        }
        json
    }
}

const WRITABLE: &str = "keys are texts, and texts and numbers can be written";

/// All of a subject but its input.
#[derive(Serialize)]
struct Head<'r> {
    path: &'r Option<String>,
    packages: &'r Packages,
}

/// All of a request but its subjects.
#[derive(Serialize)]
struct Policies<'r> {
    bundles: &'r [Bundle],
    now: i64,
    care: Care,
}

impl Packages {
    /// Whether a package is one of these.
    fn contain(&self, package: &[String]) -> bool {
        match self {
            Self::All => true,
            Self::Below(above) => package.starts_with(above),
            Self::Beside(above) => !package.starts_with(above),
            Self::These(packages) => packages.iter().any(|it| it == package),
        }
    }
}

/// How deep policies may call each other, in bytes of stack: of every thread that judges.
pub const STACK: usize = 64 << 20;

/// Judges in this process, for policies that are ours and for tests.
pub fn judge(request: &Request) -> Verdict {
    let opened = Opened::read(&request.policies_json(), &mut |_| {});
    opened.judge(&request.subjects_json(), 1, &mut |_| {}).of(request)
}

#[cfg(test)]
mod tests;
