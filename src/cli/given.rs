//! What is answered before anybody is asked: by flags, a spec, the environment.

use crate::{
    answer::Origin,
    host::Host,
    manifest::Parameter,
    resolve::{Given, GivenAnswers, read_text},
    spec::{METADATA_ANSWERS, Spec, Stated},
};

/// The answers of `--set`, then those of a spec, then the environment.
pub(super) fn given(
    host: &Host,
    parameters: &[Parameter],
    of_spec: GivenAnswers,
    set: &[(String, String)],
) -> GivenAnswers {
    let mut given = GivenAnswers::new();
    for parameter in parameters {
        let variable = format!("FLAGSTONE_PARAM_{}", parameter.name.to_uppercase());
        if let Some(text) = host.environment.get(&variable) {
            let value = read_text(&parameter.shape, text);
            given.insert(parameter.name.clone(), Given::new(value, Origin::Environment));
        }
    }
    given.extend(of_spec);
    for (name, text) in set {
        let parameter = parameters.iter().find(|it| it.name == *name);
        let value = parameter.map_or_else(|| text.as_str().into(), |it| read_text(&it.shape, text));
        given.insert(name.clone(), Given::new(value, Origin::Flag));
    }
    given
}

/// The answers that a spec states. It has a name, an owner and a description, whether the golden path
/// asks for them or not: unasked they are answers only where `spec` says so among its parameters.
pub(super) fn of_spec(parameters: &[Parameter], stated: &[Stated], spec: &Spec) -> GivenAnswers {
    let is_meant = |it: &&Stated| {
        parameters.iter().any(|parameter| parameter.name == it.name)
            || !METADATA_ANSWERS.contains(&it.name.as_str())
            || spec.parameters.iter().any(|(name, _)| *name == it.name)
    };
    stated.iter().filter(is_meant).map(|it| (it.name.clone(), Given::from(it))).collect()
}
