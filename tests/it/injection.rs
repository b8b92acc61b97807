//! Answers cannot leave the place that a template gives them: every hostile value in every place.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use std::{collections::BTreeSet, fs, path::Path};

use flagstone::{
    data::{self, Value},
    diag::Diagnostic,
    plan::{self, Layer, Limits, Request},
    text::Document,
    tree::{Entry, RepoPath, Tree},
};

/// One place in a file.
struct Case<'a>(&'a Value);

impl Case<'_> {
    fn text(&self, key: &str) -> &str {
        self.0.get(key).and_then(Value::as_text).unwrap_or_default()
    }

    fn is(&self, key: &str) -> bool {
        self.0.get(key).and_then(Value::as_bool).unwrap_or_default()
    }
}

fn cases(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/injection").join(name);
    data::parse_yaml(&Document::new(name, fs::read_to_string(path).unwrap())).unwrap().value
}

fn values(kind: &str) -> Vec<String> {
    let values = cases("values.yaml");
    let items = values.get(kind).unwrap().items();
    items.iter().map(|it| it.as_text().unwrap().to_owned()).collect()
}

/// The file that a template renders to with `value` as answer `v`, its lines allowed.
pub(crate) fn rendered(file: &str, template: &str, value: &str) -> Result<String, Vec<Diagnostic>> {
    rendered_with(file, template, &[("v", value)])
}

/// The same with several answers.
pub(crate) fn rendered_with(
    file: &str,
    template: &str,
    answers: &[(&str, &str)],
) -> Result<String, Vec<Diagnostic>> {
    let path = RepoPath::parse(&format!("template/{file}.j2")).unwrap();
    let files = Tree::from_iter([(path, Entry::file(template.as_bytes()))]);
    let lines = answers.iter().map(|(name, _)| (*name).to_owned()).collect();
    let answers = Value::map(answers.iter().map(|(name, value)| (*name, Value::from(*value))));
    let version = "1.0.0".parse().unwrap();
    let sources = plan::sources(("p", &version), &files, &Value::Map(Vec::new())).unwrap();
    let layer = Layer {
        name: "p",
        version: &version,
        files: &files,
        rules: &[],
        overrides: &[],
        answers: &answers,
        sources: &sources,
        lines: &lines,
        lists: &BTreeSet::new(),
    };
    let plan = plan::plan(&Request { layers: vec![layer], limits: Limits::default() })?;
    Ok(plan.files[file].entry.text().unwrap().to_owned())
}

fn parsed(file: &str, text: &str) -> Value {
    let document = Document::new(file, text);
    let data = match file.rsplit('.').next() {
        Some("toml") => data::parse_toml(&document),
        Some("json" | "jsonc") => data::parse_jsonc(&document),
        _ => data::parse_yaml(&document),
    };
    data.unwrap().value
}

/// What stands where a case says that the value stands.
fn found(root: &Value, at: &[Value]) -> String {
    let found = at.iter().try_fold(root.clone(), |value, step| match (step, &value) {
        (Value::Text(key), Value::Map(entries)) if key == "KEY" => {
            assert_eq!(entries.len(), 1);
            entries.first().map(|(key, _)| key.clone())
        }
        (Value::Text(key), value) => value.get(key).cloned(),
        (index, Value::List(items)) => items.get(index.to_string().parse::<usize>().ok()?).cloned(),
        _ => None,
    });
    found.and_then(|it| it.as_text().map(str::to_owned)).unwrap_or("<no text>".to_owned())
}

fn is_clean(value: &str) -> bool {
    let hidden = |it: char| {
        (it.is_control() && it != '\n' && it != '\t')
            || matches!(it, '\u{2028}'..='\u{202e}' | '\u{85}')
    };
    !value.contains(hidden)
}

fn is_plain(value: &str) -> bool {
    value.bytes().all(|it| it.is_ascii_alphanumeric() || b"._/@:+-".contains(&it))
}

#[test]
fn in_structured_files_a_value_is_refused_or_stands_as_it_is() {
    let (places, mut count, mut wrong) = (cases("structured.yaml"), 0, Vec::new());
    for case in places.items().iter().map(Case) {
        for value in [values("harmless"), values("hostile")].concat() {
            count += 1;
            if let Some(what) = structured(&case, &value) {
                wrong.push(format!("{} {value:?}: {what}", case.text("name")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 1000, "{count}");
}

fn structured(case: &Case<'_>, value: &str) -> Option<String> {
    let file = case.text("file");
    let is_harmless = values("harmless").iter().any(|it| it == value);
    match rendered(file, case.text("template"), value) {
        Err(mistakes) => {
            let named = mistakes.iter().all(|it| it.message.contains('`') && it.help.is_some());
            let must = match case.text("takes") {
                "all" => is_clean(value),
                "none" => false,
                "slug" => is_harmless && !value.contains('.'),
                _ => is_harmless,
            };
            (must || !named).then(|| format!("refused: {mistakes:?}"))
        }
        // Quotes around a literal are the template's mistake, whatever the answer.
        Ok(_) if is_harmless && case.text("takes") == "none" => None,
        Ok(_) if !is_clean(value) => Some("a hidden character was printed".to_owned()),
        Ok(_) if case.is("script") && !is_plain(value) => Some("printed into a script".to_owned()),
        Ok(text) if file.starts_with(".github") && text.contains("${{ github") => {
            Some("a workflow expression was printed".to_owned())
        }
        Ok(text) => stands(case, value, &text),
    }
}

fn stands(case: &Case<'_>, value: &str, text: &str) -> Option<String> {
    let Some(at) = case.0.get("at") else {
        let neutral = rendered(case.text("file"), case.text("template"), "a").unwrap();
        let (one, two) = (parsed(case.text("file"), text), parsed(case.text("file"), &neutral));
        // What stands in a comment says nothing at all.
        let is_comment = case.text("name").contains("comment");
        let is_shown = text.contains(value) || text.contains(&Value::from(value).to_json());
        let same = one == two || (is_shown && !is_comment);
        return (!same).then(|| format!("became {text:?}"));
    };
    let around = case.0.get("around").map(|it| it.items().to_vec()).unwrap_or_default();
    let part = |index: usize| around.get(index).map(ToString::to_string).unwrap_or_default();
    let expected = format!("{}{value}{}", part(0), part(1));
    let file = case.text("file");
    let found = found(&parsed(file, text), at.items());
    let is_typed = file.ends_with("yml") && has_typed_scalar(text, &expected);
    (found != expected || is_typed).then(|| format!("became {text:?}"))
}

/// Whether `value` stands plain in a YAML text where old readers take it for something else.
fn has_typed_scalar(text: &str, value: &str) -> bool {
    let parts = data::yaml_parts(text).unwrap();
    parts.iter().any(|part| match part {
        data::YamlPart::Scalar { text, is_plain, .. } => {
            *is_plain && text == value && data::is_typed_in_yaml_1_1(text)
        }
        data::YamlPart::Mark(..) => false,
    })
}

#[test]
fn in_code_a_value_is_of_harmless_characters_or_quoted_by_its_own_languages_filter() {
    let places = cases("code.yaml");
    for case in places.items().iter().map(Case) {
        for value in values("harmless") {
            let text = rendered(case.text("file"), "{{ v }}", &value).unwrap();
            assert_eq!(text, value, "{}", case.text("file"));
        }
        for value in values("hostile").iter().filter(|value| is_clean(value)) {
            code(&case, value);
        }
    }
}

fn code(case: &Case<'_>, value: &str) {
    let (file, filter) = (case.text("file"), case.text("filter"));
    let before = case.text("before");
    let mut never = case.0.get("never").into_iter().flat_map(Value::items);
    if never.any(|it| value.contains(it.as_text().unwrap())) {
        for template in ["{{ v }}".to_owned(), format!("{{{{ v | {filter} }}}}")] {
            let mistakes = rendered(file, &template, value).unwrap_err();
            assert_eq!(mistakes[0].code, "unsafe-text", "{file} {value:?}");
        }
        return;
    }
    match rendered(file, &format!("{before}{{{{ v }}}}"), value) {
        Ok(text) if is_plain(value) || case.is("words") => {
            assert_eq!(text, format!("{before}{value}"));
        }
        Ok(_) => panic!("{file} took {value:?}"),
        Err(mistakes) => {
            let help = mistakes[0].help.as_deref().unwrap();
            assert!(help.contains(filter), "{file} {value:?}: {help}");
            assert!(mistakes[0].message.contains("`v`"), "{:?}", mistakes[0]);
        }
    }
    if !filter.is_empty() {
        let quoted = rendered(file, &format!("{before}{{{{ v | {filter} }}}}"), value);
        let has_none =
            matches!(file, "Makefile" | "justfile" | "Dockerfile") || file.ends_with("Dockerfile");
        assert!(quoted.is_ok() || has_none, "{file} {value:?} {quoted:?}");
    }
    let wrong = case.text("wrong");
    if !wrong.is_empty() && !is_plain(value) {
        let quoted = rendered(file, &format!("{{{{ v | {wrong} }}}}"), value);
        assert!(quoted.is_err(), "{file} {value:?} took {wrong}");
    }
}

#[test]
fn prose_takes_any_text_without_control_characters() {
    for value in values("hostile").iter().filter(|value| is_clean(value)) {
        for file in ["README.md", "CODEOWNERS", "NOTICE"] {
            assert_eq!(rendered(file, "{{ v }}", value).as_deref(), Ok(value.as_str()));
        }
    }
}
