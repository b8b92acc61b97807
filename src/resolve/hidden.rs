//! Secrets that were given where a reference to one is asked for: no picture shows them.

use super::{Questionnaire, complaint::is_reference, given::GivenAnswers};
use crate::{
    data::Value,
    diag::Diagnostic,
    manifest::Shape,
    text::{Document, Span},
};

/// The mistakes, whose places hide every secret of the answers.
pub(super) fn hidden(
    questionnaire: &Questionnaire<'_>,
    given: &GivenAnswers,
    mistakes: Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    let hidden = spans(questionnaire, given);
    let hide = |mut mistake: Diagnostic| {
        if let Some(place) = &mut mistake.place {
            let own = hidden.iter().filter(|(document, _)| *document == place.document);
            let own: Vec<_> = own.map(|(_, span)| *span).collect();
            if !own.is_empty() {
                place.document = place.document.hiding(own);
            }
        }
        mistake
    };
    mistakes.into_iter().map(hide).collect()
}

fn spans(questionnaire: &Questionnaire<'_>, given: &GivenAnswers) -> Vec<(Document, Span)> {
    let mut spans = Vec::new();
    for parameter in (0..).map_while(|position| questionnaire.at(position)) {
        let Some(given) = given.get(&parameter.name) else { continue };
        let Some(place) = &given.place else { continue };
        let mut secrets = Vec::new();
        secrets_in(&parameter.shape, parameter.is_secret_reference, &given.value, &mut secrets);
        let written = place.document.slice(place.span);
        for secret in secrets {
            let start = place.span.start;
            let mut hide = |from: usize, to: usize| {
                let span = Span { start: start + from, end: start + to };
                spans.push((place.document.clone(), span));
            };
            // With escapes it stands there in other words: then the whole answer is hidden.
            if !written.contains(secret) {
                hide(0, written.len());
            }
            written.match_indices(secret).for_each(|(at, _)| hide(at, at + secret.len()));
        }
    }
    spans
}

/// The texts of an answer that are to be references, and are none.
fn secrets_in<'v>(shape: &Shape, is_secret: bool, value: &'v Value, found: &mut Vec<&'v str>) {
    match (shape, value) {
        (Shape::Object(fields), Value::Map(_)) => {
            for field in fields {
                if let Some(value) = value.get(&field.name) {
                    secrets_in(&field.shape, field.is_secret_reference, value, found);
                }
            }
        }
        (Shape::List(inner), Value::List(items)) => {
            items.iter().for_each(|it| secrets_in(inner, is_secret, it, found));
        }
        (Shape::Map(inner), Value::Map(_)) => {
            value.entries().for_each(|(_, it)| secrets_in(inner, is_secret, it, found));
        }
        (_, value) if is_secret => {
            let texts = value.texts().into_iter();
            found.extend(texts.filter(|it| !it.is_empty() && !is_reference(it)));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        answer::Origin,
        manifest::Manifest,
        resolve::{Asking, Given, ResolveError, resolve},
    };

    #[test]
    fn a_secret_is_hidden_wherever_its_line_is_shown() {
        let manifest = "apiVersion: flagstone/v1\nkind: GoldenPath\nmetadata: {name: svc, version: 1.0.0, title: T, owner: o}\n\
            parameters:\n  properties:\n    queues:\n      type: array\n      items:\n        type: object\n        \
            properties: {name: {type: integer}, key: {type: string, x-secret-ref: true}}\n";
        let document = Document::new("golden-path.yaml", manifest);
        let manifest = Manifest::parse(&document, &"0.1.0".parse().unwrap()).unwrap();
        let text = "queues: [{name: a, key: hunter2plain}, {key: env:X}]\n";
        let spec = Document::new("flagstone.yaml", text);
        let value = crate::data::parse_yaml(&spec).unwrap().value.get("queues").unwrap().clone();
        let place = Some(spec.place((8..text.len() - 1).into()));
        let given = Given { place, ..Given::new(value, Origin::Spec) };
        let given = [("queues".to_owned(), given)].into_iter().collect();
        let questionnaire = Questionnaire::new(&manifest.parameters, &manifest.rules).unwrap();
        let Err(ResolveError::Mistakes(mistakes)) = resolve(&questionnaire, &given, Asking::Nobody)
        else {
            panic!("the name is no number");
        };
        let place = mistakes[0].place.as_ref().unwrap();
        assert_eq!(
            place.document.shown(place.document.line_span(1)),
            "queues: [{name: a, key: ************}, {key: env:X}]"
        );
    }
}
