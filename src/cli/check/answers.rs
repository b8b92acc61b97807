//! The answers that policies judge: those that `flagstone.yaml` asks for, as `flagstone apply` would
//! take them.

use crate::{
    cli::{
        given,
        service::{Service, own_path},
    },
    data::Value,
    drift::{Finding, Rule, is_same},
    manifest::Manifest,
    resolve::{Asking, Questionnaire, resolve},
    spec::{self, METADATA_ANSWERS},
};

/// Every answer, and those that are not what the service has.
pub(in crate::cli) struct Answers {
    /// Every answer.
    pub(in crate::cli) parameters: Vec<(String, Value)>,
    /// The names of those that the service does not have yet.
    changed: Vec<String>,
}

impl Answers {
    /// What the spec asks for; `manifest` is that of the locked version, where somebody has it.
    pub(in crate::cli) fn asked(service: &Service, manifest: Option<&Manifest>) -> Self {
        let locked = &service.lock.parameters;
        let is_other = service.spec.spec.golden_path != service.lock.golden_path.name;
        let parameters = match manifest.filter(|_| !is_other) {
            // Nobody can say what another golden path's answers mean here.
            None if is_other => locked.clone(),
            None => stated(service),
            Some(manifest) => resolved(service, manifest).unwrap_or_else(|| stated(service)),
        };
        let has = |name: &str| locked.iter().find(|(it, _)| it == name).map(|(_, value)| value);
        let is_changed = |(name, value): &&(String, Value)| {
            has(name).map_or(*value != Value::Null, |it| !is_same(it, value))
        };
        let changed = parameters.iter().filter(is_changed).map(|(name, _)| name.clone()).collect();
        Self { parameters, changed }
    }

    /// What a check says of a spec that asks for something else, and that policies judge that.
    pub(super) fn told(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        let is_of = |it: &Finding, name: &str| it.key.as_deref() == Some(name);
        for finding in &mut findings {
            if self.changed.iter().any(|name| is_of(finding, name)) {
                finding.message.push_str("; policies judge what the spec says");
            }
        }
        for name in &self.changed {
            if !findings.iter().any(|it| is_of(it, name)) {
                let message = format!(
                    "`{name}` follows from what the spec answers, and differs from what the service \
                     has; policies judge what follows"
                );
                let finding = Finding::new(Rule::SpecChanged, own_path(spec::FILE), message);
                findings.push(finding.key(name).help("run `flagstone apply`"));
            }
        }
        findings
    }
}

/// As `apply` resolves them: none where it would refuse to.
fn resolved(service: &Service, manifest: &Manifest) -> Option<Vec<(String, Value)>> {
    let written = &service.spec;
    let given = given::of_spec(&manifest.parameters, &written.answers, &written.spec);
    let questionnaire = Questionnaire::new(&manifest.parameters, &manifest.rules).ok()?;
    let resolved = resolve(&questionnaire, &given, Asking::Nobody).ok()?;
    Some(resolved.answers.into_iter().map(|(name, it)| (name, it.value)).collect())
}

/// The answers that the service has, and over them those that the spec states.
fn stated(service: &Service) -> Vec<(String, Value)> {
    let mut parameters = service.lock.parameters.clone();
    for stated in &service.spec.answers {
        match parameters.iter_mut().find(|(name, _)| *name == stated.name) {
            Some((_, value)) => value.clone_from(&stated.value),
            None if METADATA_ANSWERS.contains(&stated.name.as_str()) => {}
            None => parameters.push((stated.name.clone(), stated.value.clone())),
        }
    }
    parameters
}
