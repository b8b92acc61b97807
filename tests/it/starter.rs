//! The starter set: the cases of each rule, files such as people have, and all that golden paths render.
//!
//! A case is `tests/cases/policy/starter/RULE/{fires,silent}/FILE`: the `input` of a rule over plans, or
//! a file that is read by its name. `real/FILE.expected` says what is found in a file, line by line.

mod paths;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
};

use flagstone::{
    data::{Value, parse_json, parse_yaml},
    guard::{Bundle, PLAN_PACKAGE, Packages, Request, Source, Subject, Verdict, judge},
    policy::{self, Module},
    syntax::inputs,
    text::Document,
};

const POLICIES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden-paths/policies");
const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/policy/starter");

/// 2026-11-22, noon.
const NOW: i64 = 1_795_348_800;

fn files(folder: impl AsRef<Path>) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.as_ref()).unwrap().map(|it| it.unwrap().path());
    let mut files: Vec<_> = entries.collect();
    files.sort();
    files
}

fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

fn document(path: &Path) -> Document {
    Document::new(name(path), fs::read_to_string(path).unwrap())
}

/// The starter set with its example data.
fn bundle() -> Bundle {
    let is_policy = |it: &PathBuf| name(it).ends_with(".rego") && !name(it).ends_with("_test.rego");
    let sources = files(POLICIES)
        .into_iter()
        .filter(is_policy)
        .map(|it| Source { path: name(&it).to_owned(), text: fs::read_to_string(&it).unwrap() });
    let data = files(Path::new(POLICIES).join("data"));
    let data: Vec<_> = data.iter().map(|it| parse_yaml(&document(it)).unwrap().value).collect();
    let entries = data.iter().flat_map(Value::entries).map(|(key, it)| (key, it.clone()));
    let data = Value::map(entries);
    Bundle { origin: "starter".to_owned(), sources: sources.collect(), data }
}

/// The ids of the set's rules, and whether each is about plans.
fn rules(bundle: &Bundle) -> BTreeMap<String, bool> {
    let modules: Vec<_> = bundle
        .sources
        .iter()
        .map(|it| Module::parse(&Document::new(&it.path, &it.text)).0)
        .collect();
    let mut rules = BTreeMap::new();
    for module in &modules {
        for rule in module.rules.iter().filter(|it| policy::Role::of(&it.name).is_some()) {
            let said = policy::metadata(&modules, &module.package, Some(rule));
            rules.insert(said.id.unwrap(), module.package == PLAN_PACKAGE);
        }
    }
    rules
}

fn plan_subject(input: Value) -> Subject {
    let package = PLAN_PACKAGE.map(str::to_owned).to_vec();
    Subject { path: None, packages: Packages::Below(package), input }
}

/// What file policies see of a file: a subject for each of its documents.
fn file_subjects(path: &str, text: &str) -> Vec<Subject> {
    let main = Packages::Below(vec!["flagstone".to_owned(), "files".to_owned()]);
    let configs = inputs(path, text).unwrap_or_else(|it| panic!("{path}: {}", it.message));
    let subject =
        |(at, input)| Subject { path: Some(format!("{path}#{at}")), packages: main.clone(), input };
    configs.iter().map(|it| it.root.to_value()).enumerate().map(subject).collect()
}

fn judged(subjects: Vec<Subject>) -> Verdict {
    judge(&Request { bundles: vec![bundle()], subjects, now: NOW, ..Request::default() })
}

/// The rules and parts of what was found in a file, by the file.
fn found(verdict: &Verdict) -> BTreeMap<String, BTreeSet<(usize, String, String)>> {
    assert!(verdict.failures.is_empty(), "{:?}", verdict.failures);
    let mut found: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for it in &verdict.findings {
        let (path, at) = it.path.as_deref().and_then(|it| it.rsplit_once('#')).unwrap();
        let pointer = it.pointer.clone().unwrap_or_default();
        let one = (at.parse().unwrap(), it.rule.clone(), pointer);
        found.entry(path.to_owned()).or_default().insert(one);
    }
    found
}

#[test]
fn each_rule_fires_on_its_cases_and_is_silent_on_those_that_only_look_so() {
    let rules = rules(&bundle());
    assert_eq!(rules.len(), 25);
    let (mut plans, mut subjects, mut expected) = (Vec::new(), Vec::new(), Vec::new());
    for (rule, is_plan) in &rules {
        for kind in ["fires", "silent"] {
            let cases = files(Path::new(CASES).join(rule).join(kind));
            assert!(!cases.is_empty(), "{rule} has no case: {kind}");
            for case in cases {
                let document = document(&case);
                let path = format!("{rule}/{kind}/{}", name(&case));
                if *is_plan {
                    let is_json = path.ends_with(".json");
                    let parsed =
                        if is_json { parse_json(&document) } else { parse_yaml(&document) };
                    plans.push((rule.clone(), path, parsed.unwrap().value));
                } else {
                    subjects.extend(file_subjects(&path, document.text()));
                    expected.push((rule.clone(), path));
                }
            }
        }
    }
    let wrong = Mutex::new(Vec::new());
    let told = &|rule: &str, path: &str, has_fired: bool| {
        if has_fired != path.starts_with(&format!("{rule}/fires/")) {
            wrong.lock().unwrap().push(path.to_owned());
        }
    };
    let of_files = found(&judged(subjects));
    for (rule, path) in &expected {
        let has_fired = of_files.get(path).is_some_and(|it| it.iter().any(|it| it.1 == *rule));
        told(rule, path, has_fired);
    }
    // The rules over plans say themselves what file is meant, so that each case is asked alone.
    thread::scope(|scope| {
        for half in plans.chunks(plans.len().div_ceil(2)) {
            scope.spawn(move || {
                for (rule, path, input) in half {
                    let verdict = judged(vec![plan_subject(input.clone())]);
                    assert!(verdict.failures.is_empty(), "{path}: {:?}", verdict.failures);
                    told(rule, path, verdict.findings.iter().any(|it| it.rule == *rule));
                }
            });
        }
    });
    assert_eq!(wrong.into_inner().unwrap(), Vec::<String>::new());
    assert!(plans.len() + expected.len() > 300);
}

#[test]
fn what_is_found_in_files_such_as_people_have_is_what_stands_beside_them() {
    let all = files(Path::new(CASES).join("real"));
    let real: Vec<_> = all.iter().filter(|it| !name(it).ends_with(".expected")).collect();
    assert!(real.len() >= 20);
    let of_file = |it: &&PathBuf| file_subjects(name(it), document(it).text());
    let found = found(&judged(real.iter().flat_map(of_file).collect()));
    let mut wrong = Vec::new();
    for file in real {
        let expected = fs::read_to_string(format!("{}.expected", file.display())).unwrap();
        let documents = file_subjects(name(file), document(file).text()).len();
        let line = |(at, rule, pointer): &(usize, String, String)| match documents {
            1 if pointer.is_empty() => format!("{rule} /\n"),
            1 => format!("{rule} {pointer}\n"),
            _ => format!("{rule} /{at}{pointer}\n"),
        };
        let lines: BTreeSet<_> = found.get(name(file)).into_iter().flatten().map(line).collect();
        let told: String = lines.into_iter().collect();
        if told != expected {
            wrong.push(format!("{}\n{told}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
