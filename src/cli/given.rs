//! What is answered before anybody is asked: by flags, a spec, the environment.

use crate::{
    answer::Origin,
    host::Host,
    manifest::Parameter,
    resolve::{Given, GivenAnswers, read_text},
    spec::{METADATA_ANSWERS, Written},
};

/// The answers of `--set`, then a spec, then the environment.
pub(super) fn given(
    host: &Host,
    parameters: &[Parameter],
    written: Option<&Written>,
    set: &[(String, String)],
) -> GivenAnswers {
    let shape = |name: &str| parameters.iter().find(|it| it.name == name).map(|it| &it.shape);
    let mut given = GivenAnswers::new();
    for parameter in parameters {
        let variable = format!("FLAGSTONE_PARAM_{}", parameter.name.to_uppercase());
        if let Some(text) = host.environment.get(&variable) {
            let value = read_text(&parameter.shape, text);
            given.insert(parameter.name.clone(), Given::new(value, Origin::Environment));
        }
    }
    for stated in written.iter().flat_map(|it| &it.answers) {
        // The spec has a name, an owner and a description, whether the golden path asks or not.
        if shape(&stated.name).is_none() && is_of_metadata(written, &stated.name) {
            continue;
        }
        given.insert(stated.name.clone(), Given::from(stated));
    }
    for (name, text) in set {
        let value = shape(name).map_or_else(|| text.as_str().into(), |it| read_text(it, text));
        given.insert(name.clone(), Given::new(value, Origin::Flag));
    }
    given
}

fn is_of_metadata(written: Option<&Written>, name: &str) -> bool {
    let stated = |written: &Written| written.spec.parameters.iter().any(|(it, _)| it == name);
    METADATA_ANSWERS.contains(&name) && !written.is_some_and(stated)
}
