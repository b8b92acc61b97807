//! Nothing is found in what golden paths make, except what a case is about.

use std::{fs, path::Path, sync::Mutex, thread};

use flagstone::{
    data::{Value, parse_yaml},
    guard::{Actor, GoldenPath, PlanFile, PlanInput, Secret, Service},
    secret::looks_secret,
    syntax::{Kind, inputs, parse},
    text::Document,
};

use super::{file_subjects, files, judged, name, plan_subject};
use crate::sandbox::Sandbox;

const CATALOG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden-paths");

/// One case of one version, whose answers make a service.
struct Case {
    path: String,
    version: String,
    name: String,
    answers: Value,
}

fn yaml(path: &Path) -> Value {
    parse_yaml(&super::document(path)).unwrap().value
}

/// Every case of every golden path that is not there to be refused.
fn cases() -> Vec<Case> {
    let folders = |it: &Path| files(it).into_iter().filter(|it| it.is_dir());
    let mut cases = Vec::new();
    for path in folders(Path::new(CATALOG)) {
        for version in folders(&path).filter(|it| it.join("golden-path.yaml").is_file()) {
            let kind = yaml(&version.join("golden-path.yaml"));
            if kind.get("kind").and_then(Value::as_text) != Some("GoldenPath") {
                continue;
            }
            for case in files(version.join("cases")) {
                let Some(stem) = name(&case).strip_suffix(".yaml") else { continue };
                let said = yaml(&case);
                if said.at(["expect", "refused"]).is_none() {
                    cases.push(Case {
                        path: name(&path).to_owned(),
                        version: name(&version).to_owned(),
                        name: stem.to_owned(),
                        answers: said.get("parameters").unwrap().clone(),
                    });
                }
            }
        }
    }
    cases
}

/// What the guard says of what a case makes, with the answers that a platform team would ask for.
fn told(case: &Case) -> Vec<String> {
    let sandbox = Sandbox::new().identity();
    let spec = Value::map([
        ("apiVersion", Value::from("flagstone/v1")),
        ("kind", Value::from("Service")),
        ("metadata", Value::map([("name", case.answers.get("name").unwrap().clone())])),
        (
            "spec",
            Value::map([
                ("goldenPath", Value::from(case.path.as_str())),
                ("version", Value::from(format!("={}", case.version))),
                ("parameters", case.answers.clone()),
            ]),
        ),
    ]);
    let sandbox = sandbox.file("spec.yaml", &spec.to_json());
    let made = sandbox.run(["new", "--spec", "spec.yaml", "made", "--defaults", "--yes"]);
    assert!(made.starts_with("exit: 0"), "{} {}: {made}", case.path, case.name);
    let folder = sandbox.folder().join("made");
    let lock = yaml(&folder.join("flagstone.lock"));
    let (mut subjects, mut unread) = (Vec::new(), Vec::new());
    let mut input = PlanInput {
        action: "new".to_owned(),
        now: "2026-11-22T12:00:00Z".to_owned(),
        ticket: Some("PLAT-1".to_owned()),
        actor: Actor::default(),
        service: Service {
            name: case.answers.get("name").and_then(Value::as_text).unwrap().to_owned(),
            // Example data knows these, and the cases know others.
            owner: Some("team-orders".to_owned()),
            description: None,
            annotations: Value::map([("costCentre", Value::from("CC-4711"))]),
        },
        golden_path: GoldenPath {
            name: case.path.clone(),
            version: case.version.clone(),
            lifecycle: "production".to_owned(),
            latest: Some(case.version.clone()),
            ..GoldenPath::default()
        },
        parameters: lock.get("parameters").unwrap().clone(),
        ..PlanInput::default()
    };
    for file in lock.get("files").unwrap().items() {
        let text = |key: &str| file.get(key).and_then(Value::as_text).unwrap_or_default();
        let path = text("path").to_owned();
        let Ok(content) = fs::read_to_string(folder.join(&path)) else { continue };
        let secrets = content.lines().enumerate().filter_map(|(at, line)| {
            let kind = looks_secret(line)?.to_owned();
            Some(Secret { path: path.clone(), line: at + 1, kind })
        });
        input.secrets.extend(secrets);
        match inputs(&path, &content) {
            Ok(_) => subjects.extend(file_subjects(&path, &content)),
            Err(mistake) => unread.push(format!("unread {path}: {}", mistake.message)),
        }
        input.files.push(PlanFile {
            mode: text("mode").to_owned(),
            ownership: text("own").to_owned(),
            bytes: content.len() as u64,
            blob: text("blob").to_owned(),
            change: "added".to_owned(),
            parsed: parsed(&path, &content),
            text: None,
            path,
        });
    }
    assert!(subjects.len() > 5, "{} {}: {}", case.path, case.name, subjects.len());
    subjects.push(plan_subject(input.subject().input));
    let verdict = judged(subjects);
    let failed = verdict.failures.iter().map(|it| format!("{} {:?}", it.message, it.path));
    let found = verdict.findings.iter().map(|it| {
        let pointer = it.pointer.as_deref().unwrap_or_default();
        let path = it.path.as_deref().unwrap_or_default();
        format!("{} {path} {pointer}: {}", it.rule, it.message)
    });
    let about = |it| format!("{} {} {}: {it}", case.path, case.version, case.name);
    unread.into_iter().chain(failed).chain(found).map(about).collect()
}

/// What a plan says that a file holds.
fn parsed(path: &str, content: &str) -> Option<Value> {
    let documents = parse(Kind::of(path)?, &Document::new(path, content)).ok()?;
    let mut values: Vec<_> = documents.iter().map(|it| it.root.to_value()).collect();
    if values.len() == 1 { values.pop() } else { Some(Value::List(values)) }
}

#[test]
fn nothing_is_found_in_what_golden_paths_make_except_what_a_case_is_about() {
    let cases = cases();
    assert!(cases.len() >= 20, "{}", cases.len());
    let (left, all) = (Mutex::new(cases.iter()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Some(case) = left.lock().unwrap().next() else { break };
                    let told = told(case);
                    all.lock().unwrap().extend(told);
                }
            });
        }
    });
    let mut all = all.into_inner().unwrap();
    all.sort();
    insta::assert_snapshot!(all.join("\n"));
}
