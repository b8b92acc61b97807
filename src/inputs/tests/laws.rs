//! What must hold for every manifest, shown on generated ones.

use proptest::prelude::*;

use super::*;

/// One generated parameter.
#[derive(Debug, Clone)]
struct Made {
    kind: u8,
    is_required: bool,
    default: u8,
    /// What the condition is made of: an earlier parameter, a form, and how it is joined.
    when: Vec<(u8, u8, u8)>,
}

fn made() -> impl Strategy<Value = Vec<Made>> {
    let when = prop::collection::vec((any::<u8>(), any::<u8>(), 0..4_u8), 0..4);
    let one = (0..5_u8, any::<bool>(), 0..4_u8, when);
    let one = one.prop_map(|(kind, is_required, default, when)| Made {
        kind,
        is_required,
        default,
        when,
    });
    prop::collection::vec(one, 1..8)
}

/// The condition of the parameter at a place; lists are never null, so any may be spoken of.
fn condition(all: &[Made], at: usize) -> Option<String> {
    let mut text = String::new();
    if at == 0 || all[at].kind == LIST {
        return None;
    }
    for (target, form, join) in &all[at].when {
        let target = usize::from(*target) % at;
        let name = format!("p{target}");
        let forms: &[&str] = match all[target].kind {
            0 => &["P == 'd'", "'e' != P", "P is none", "P in ['d', 'x']"],
            1 => &["P", "not P", "P == false", "P != true"],
            2 => &["P == 'a'", "P != 'b'", "P in ['a', 'c']", "P not in ['a']", "P | upper == 'A'"],
            3 => &["P == 3", "P != 4", "P > 3"],
            _ => &["'x' in P", "'y' not in P", "P | length > 1"],
        };
        let atom = forms[usize::from(*form) % forms.len()].replace('P', &name);
        let atom = if all[target].kind == 2 && atom.contains('|') && !always(all, target) {
            format!("{name} == 'c'")
        } else {
            atom
        };
        text = match (text.is_empty(), join) {
            (true, _) => atom,
            (false, 0) => format!("{text} and {atom}"),
            (false, 1) => format!("{text} or {atom}"),
            (false, 2) => format!("not ({text}) or {atom}"),
            (false, _) => format!("not {text} and not ({atom})"),
        };
    }
    (!text.is_empty()).then_some(text)
}

const LIST: u8 = 4;

/// Whether a parameter always has an answer.
fn always(all: &[Made], at: usize) -> bool {
    all[at].when.is_empty() && (all[at].is_required || all[at].default > 0)
}

fn text_of(all: &[Made]) -> String {
    let mut properties = String::new();
    let mut required = Vec::new();
    for (at, made) in all.iter().enumerate() {
        let (form, default) = match made.kind {
            0 => ("type: string, pattern: '^[a-z]+$'", "d"),
            1 => ("type: boolean", "true"),
            2 => ("type: string, enum: [a, b, c]", "b"),
            3 => ("type: integer, minimum: 0, maximum: 9", "3"),
            _ => ("type: array, items: {enum: [x, y]}", "[x]"),
        };
        let default = match (made.default, made.kind) {
            (0, kind) if kind != LIST => String::new(),
            (1, 0) if at > 0 => {
                format!(", default: \"{{{{ 'd' if p{} else 'e' }}}}\"", at - 1)
            }
            _ => format!(", default: {default}"),
        };
        let when = condition(all, at).map(|it| format!(", x-when: \"{it}\"")).unwrap_or_default();
        properties += &format!("    p{at}: {{{form}{default}{when}}}\n");
        required.extend(made.is_required.then(|| format!("p{at}")));
    }
    format!("  required: [{}]\n  properties:\n{properties}", required.join(", "))
}

fn fitting(kind: u8, choice: u8) -> Value {
    let one_of = |values: &[&str]| Value::from(values[usize::from(choice) % values.len()]);
    match kind {
        0 => one_of(&["d", "e", "x"]),
        1 => choice.is_multiple_of(2).into(),
        2 => one_of(&["a", "b", "c"]),
        3 => i64::from(choice % 10).into(),
        _ => Value::List(vec![one_of(&["x", "y"])]),
    }
}

/// Fitting and unfitting answers alike.
fn any_answer(kind: u8, choice: u8) -> Option<Value> {
    match choice % 8 {
        0 => None,
        1 => Some(Value::Null),
        2 => Some(fitting((kind + 1) % 5, choice / 8)),
        3 => Some(Value::List(vec!["q".into()])),
        4 => Some(if kind == 3 { 99.into() } else { "ZZ".into() }),
        _ => Some(fitting(kind, choice / 8)),
    }
}

fn answers(
    all: &[Made],
    choices: &[u8],
    answer: fn(u8, u8) -> Option<Value>,
) -> Vec<(String, Value)> {
    let one = |(at, made): (usize, &Made)| {
        Some((format!("p{at}"), answer(made.kind, choices[at % choices.len()])?))
    };
    all.iter().enumerate().filter_map(one).collect()
}

fn kind_of(all: &[Made], name: &str) -> u8 {
    all[name.trim_start_matches('p').parse::<usize>().unwrap()].kind
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn answering_all_that_remains_makes_the_run_succeed(
        all in made(), first in prop::collection::vec(any::<u8>(), 8), later in any::<u8>(),
    ) {
        let manifest = manifest(&text_of(&all), "");
        let mut answers = answers(&all, &first, any_answer);
        let remaining: Vec<_> = inputs(&manifest, &given(&answers)).unwrap().inputs
            .into_iter().filter(Input::remains).map(|it| it.parameter.name.clone()).collect();
        prop_assert_eq!(remaining.is_empty(), run(&manifest, &answers).is_ok());
        // At once, whether each turns out to apply or not.
        answers.retain(|(name, _)| !remaining.contains(name));
        for name in &remaining {
            answers.push((name.clone(), fitting(kind_of(&all, name), later)));
        }
        let still = inputs(&manifest, &given(&answers)).unwrap().inputs;
        let still: Vec<_> = still.iter().filter(|it| it.remains()).map(|it| &it.parameter.name).collect();
        // A wrong answer that did not apply before may be one that does now.
        let was_given = |name: &&String| answers.iter().any(|(it, _)| it == *name);
        prop_assert!(still.iter().all(was_given), "{:?} {}", still, text_of(&all));
        if still.is_empty() {
            prop_assert_eq!(run(&manifest, &answers), Ok(()), "{}", text_of(&all));
        }
    }

    #[test]
    fn one_round_is_enough_where_what_was_given_is_right(
        all in made(), first in prop::collection::vec(any::<u8>(), 8), later in any::<u8>(),
    ) {
        let manifest = manifest(&text_of(&all), "");
        let right = |kind, choice: u8| (!choice.is_multiple_of(3)).then(|| fitting(kind, choice / 3));
        let mut answers = answers(&all, &first, right);
        for input in inputs(&manifest, &given(&answers)).unwrap().inputs {
            if input.remains() {
                let name = &input.parameter.name;
                answers.push((name.clone(), fitting(kind_of(&all, name), later)));
            }
        }
        prop_assert_eq!(run(&manifest, &answers), Ok(()), "{}", text_of(&all));
    }

    #[test]
    fn what_the_schema_refuses_we_refuse(
        all in made(), choices in prop::collection::vec(any::<u8>(), 8), unknown in 0..20_u8,
    ) {
        let manifest = manifest(&text_of(&all), "");
        let mut answers = answers(&all, &choices, any_answer);
        answers.extend((unknown == 0).then(|| ("q".to_owned(), Value::Null)));
        let schema = Schema::compile(&parameters_schema(&manifest).unwrap()).unwrap();
        let refused = schema.mistakes(&Value::map(answers.clone()));
        let ours = run(&manifest, &answers);
        prop_assert!(
            refused.is_empty() || ours.is_err(),
            "{refused:?}\n{answers:?}\n{}", text_of(&all)
        );
        // And where everything can be said, the schema says everything.
        let parameters = &manifest.parameters;
        let shape_of = |name: &str| {
            parameters.iter().find(|it| it.name == name).map(|it| it.shape.clone())
        };
        let is_exact = |it: &Parameter| {
            it.when.as_ref().is_none_or(|it| Condition::parse(&it.text, &shape_of).is_some())
                && it.default.as_ref().is_none_or(|it| !crate::manifest::is_template(it))
        };
        if parameters.iter().all(is_exact) {
            prop_assert_eq!(refused.is_empty(), ours.is_ok(), "{:?}\n{}", answers, text_of(&all));
        }
    }

    #[test]
    fn a_condition_that_is_read_means_what_it_means_to_the_engine(
        all in made(), choices in prop::collection::vec(any::<u8>(), 8),
    ) {
        let manifest = manifest(&text_of(&all), "");
        let values = answers(&all, &choices, |kind, choice| match choice % 4 {
            0 if kind != LIST => Some(Value::Null),
            _ => Some(fitting(kind, choice / 4)),
        });
        let values: BTreeMap<_, _> = values.into_iter().collect();
        let shape_of = |name: &str| {
            manifest.parameters.iter().find(|it| it.name == name).map(|it| it.shape.clone())
        };
        for when in manifest.parameters.iter().filter_map(|it| it.when.as_ref()) {
            let Some(read) = Condition::parse(&when.text, &shape_of) else { continue };
            let engine = Expressions::new().evaluate_condition(when, &Value::map(values.clone()));
            prop_assert_eq!(read.holds(&|name| values.get(name).cloned()), engine.ok(), "{}", when.text);
        }
    }
}
