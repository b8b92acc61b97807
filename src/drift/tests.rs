//! What a check says of a service, by what its team did.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::{
    lock::Part,
    spec,
    tree::{Blob, Digest, Mode, SourceId, TreeId},
};

/// A service in memory: what its golden path made, and what stands there now.
struct Service {
    lock: Lock,
    present: Listing,
    bytes: BTreeMap<BlobId, Arc<[u8]>>,
}

const FILES: [(&str, &str, &[&str], &str); 5] = [
    (".github/ci.yml", "managed", &[], "on: push\n"),
    ("pyproject.toml", "merged", &["tool.ruff", "project.name"], PYPROJECT),
    ("run.sh", "managed", &[], "#!/bin/sh\n"),
    ("service.yaml", "merged", &[], "port: 80\n"),
    ("src/main.py", "seeded", &[], "pass\n"),
];

const PYPROJECT: &str =
    "[project]\nname = \"orders\"\n\n[tool.ruff]\nline-length = 100\nfix = true\n";

fn service() -> Service {
    let mut bytes = BTreeMap::new();
    let file = |(path, own, keys, text): (&str, &str, &[&str], &str)| {
        let keys = keys.iter().map(|key| (*key).to_owned()).collect();
        let blob = BlobId::of(text.as_bytes());
        bytes.insert(blob, text.as_bytes().into());
        LockedFile {
            path: RepoPath::parse(path).unwrap(),
            mode: if path == "run.sh" { Mode::Executable } else { Mode::File },
            ownership: Ownership::parse(own, keys).unwrap(),
            blob,
            source: SourceId { layer: "svc".to_owned(), path: format!("template/{path}") },
        }
    };
    let part = |name: &str, version: &str| Part {
        name: name.to_owned(),
        version: version.parse().unwrap(),
        source: "embedded".to_owned(),
        digest: Digest::of(b""),
    };
    let mut lock = Lock {
        flagstone: "0.1.0".parse().unwrap(),
        golden_path: part("svc", "1.1.0"),
        layers: vec![part("ci", "1.0.0")],
        parameters: vec![
            ("name".to_owned(), "orders".into()),
            ("port".to_owned(), 80.into()),
            ("schema".to_owned(), crate::data::Value::Null),
        ],
        tree: TreeId([0; 20]),
        files: FILES.map(file).into(),
    };
    lock.tree = lock.tree_of_files();
    let blob = |it: &LockedFile| (it.path.clone(), Blob { mode: it.mode, id: it.blob });
    let files = lock.files.iter().map(blob).collect();
    Service { lock, present: Listing { files, ..Listing::default() }, bytes }
}

impl Contents for Service {
    fn locked(&self, id: BlobId) -> Option<Arc<[u8]>> {
        self.bytes.get(&id).cloned()
    }

    fn present(&self, path: &RepoPath) -> Option<Arc<[u8]>> {
        self.bytes.get(&self.present.files.get(path)?.id).cloned()
    }
}

impl Service {
    fn edit(&mut self, path: &str, text: &str) {
        let id = BlobId::of(text.as_bytes());
        self.bytes.insert(id, text.as_bytes().into());
        self.present.files.get_mut(path).unwrap().id = id;
    }

    fn findings(&self) -> Vec<Finding> {
        let document = Document::new(lock::FILE, self.lock.to_text());
        let (lock, service) = (&self.lock, &self.present);
        drift(&Request { lock, document: &document, service, contents: self })
    }

    fn shown(&self) -> String {
        shown(&self.findings())
    }
}

fn shown(findings: &[Finding]) -> String {
    let show = |it: &Finding| {
        let at = it.position.map(|it| format!(":{}:{}", it.line, it.column)).unwrap_or_default();
        let help = it.help.as_ref().map(|it| format!("\n    {it}")).unwrap_or_default();
        let (level, rule) = (it.level.as_str(), it.rule.id());
        format!("{level}[{rule}] {}{at} {}{help}\n", it.path, it.message)
    };
    findings.iter().map(show).collect()
}

#[test]
fn an_untouched_service_has_no_findings() {
    assert_eq!(service().findings(), []);
}

#[test]
fn what_the_team_did_to_managed_files_is_drift() {
    let mut service = service();
    service.edit(".github/ci.yml", "on: never\n");
    service.present.files.get_mut("run.sh").unwrap().mode = Mode::File;
    assert_snapshot!(service.shown(), @"
    error[managed-edited] .github/ci.yml `.github/ci.yml` is the golden path's and was edited
        `flagstone diff .github/ci.yml` shows the edit, `flagstone restore .github/ci.yml` takes it back
    error[managed-mode] run.sh `run.sh` is the golden path's and is not executable any more
        `flagstone restore run.sh` takes it back
    ");
    service.present.files.remove(".github/ci.yml");
    service.present.files.get_mut("run.sh").unwrap().mode = Mode::Link;
    assert_snapshot!(service.shown(), @"
    error[managed-missing] .github/ci.yml `.github/ci.yml` is the golden path's and is missing
        `flagstone restore .github/ci.yml` takes it back
    error[managed-edited] run.sh `run.sh` is the golden path's and was edited
        `flagstone diff run.sh` shows the edit, `flagstone restore run.sh` takes it back
    ");
}

#[test]
fn what_the_team_did_to_shared_files_is_noted_and_to_seeded_ones_not() {
    let mut service = service();
    service.edit("service.yaml", "port: 81\n");
    service.edit("src/main.py", "print()\n");
    service.edit("pyproject.toml", &format!("{PYPROJECT}\n[tool.mypy]\nstrict = true\n"));
    assert_snapshot!(service.shown(), @"
    note[merged-edited] pyproject.toml `pyproject.toml` was edited by the team
    note[merged-edited] service.yaml `service.yaml` was edited by the team
    ");
    service.present.files.remove("service.yaml");
    service.present.files.remove("src/main.py");
    assert_snapshot!(service.shown(), @"
    note[merged-edited] pyproject.toml `pyproject.toml` was edited by the team
    note[merged-missing] service.yaml `service.yaml` was removed by the team
    ");
}

#[test]
fn a_managed_key_is_drift_by_its_meaning_not_by_its_form() {
    let mut service = service();
    let reformed =
        "[tool.ruff] # ours\nfix = true\nline-length = 100\n\n[project]\nname = 'orders'\n";
    service.edit("pyproject.toml", reformed);
    assert_snapshot!(service.shown(), @"note[merged-edited] pyproject.toml `pyproject.toml` was edited by the team");
    service.edit("pyproject.toml", &PYPROJECT.replace("100", "120").replace("name", "title"));
    assert_snapshot!(service.shown(), @"
    note[merged-edited] pyproject.toml `pyproject.toml` was edited by the team
    error[managed-key] pyproject.toml `tool.ruff` of `pyproject.toml` is the golden path's and was edited
        set it back; `flagstone diff pyproject.toml` shows what it was
    error[managed-key] pyproject.toml `project.name` of `pyproject.toml` is the golden path's and was removed
        set it back; `flagstone diff pyproject.toml` shows what it was
    ");
    service.edit("pyproject.toml", "[project\n");
    assert_snapshot!(service.shown(), @"
    note[merged-edited] pyproject.toml `pyproject.toml` was edited by the team
    error[managed-key] pyproject.toml `pyproject.toml` has keys of the golden path, and can't be read: this is not valid TOML: unclosed table, expected `]`
        mend the file; `flagstone diff pyproject.toml` shows the edit
    ");
}

#[test]
fn managed_keys_of_a_file_whose_base_is_gone_are_not_passed_as_good() {
    let mut service = service();
    service.bytes.clear();
    service.edit("pyproject.toml", "");
    assert_snapshot!(service.shown(), @"
    note[merged-edited] pyproject.toml `pyproject.toml` was edited by the team
    warning[keys-unknown] pyproject.toml nobody can say whether the golden path's keys of `pyproject.toml` were edited: no commit here holds it as it was made, and the catalog does not either
        name the catalog with `--catalog DIR`, or fetch the whole history: `git fetch --unshallow`
    ");
}

#[test]
fn a_lock_that_was_edited_is_told_at_its_tree() {
    let mut service = service();
    service.lock.files[0].blob = BlobId([7; 20]);
    service.present.files.get_mut(".github/ci.yml").unwrap().id = BlobId([7; 20]);
    assert_snapshot!(service.shown(), @"
    error[lock-tree] flagstone.lock:12:1 the lock says tree 4e35c80c5d67571f0c784c6160d983f9ebcae9d6, but its lines give 21d87858276f69c78cc35c406547f0e30412d708: it was edited, or two branches were merged
        `flagstone apply` makes the lock again from `flagstone.yaml`
    ");
}

const SPEC: &str = "apiVersion: flagstone/v1\nkind: Service\nmetadata: {name: orders, description: d}\nspec:\n  \
    goldenPath: svc\n  version: ^1\n  parameters: {port: 80}\n";

fn of_spec(text: &str) -> String {
    let document = Document::new(spec::FILE, text);
    let written = spec::parse(&document).unwrap().remove(0).unwrap();
    shown(&wanted(&service().lock, &written, &|name| name == "schema"))
}

#[test]
fn a_spec_that_was_not_edited_since_the_lock_asks_for_nothing() {
    assert_eq!(of_spec(SPEC), "");
    assert_eq!(of_spec(&SPEC.replace("port: 80", "port: 80, schema: left_out")), "");
}

#[test]
fn whatever_a_spec_asks_for_and_the_service_has_not_is_noted_at_its_place() {
    let text = SPEC.replace("port: 80", "port: 81, tier: gold").replace("name: orders", "name: o");
    assert_snapshot!(of_spec(&text.replace("^1", "^2")), @"
    note[spec-changed] flagstone.yaml:6:12 the spec asks for `^2`, and the service has 1.1.0
        run `flagstone upgrade`
    note[spec-changed] flagstone.yaml:7:22 the spec answers `port` differently than when the service was made
        run `flagstone apply`
    note[spec-changed] flagstone.yaml:7:32 the spec answers `tier`, which the service was not made with
        run `flagstone apply`
    note[spec-changed] flagstone.yaml:3:18 the spec answers `name` differently than when the service was made
        run `flagstone apply`
    ");
    assert_snapshot!(of_spec(&SPEC.replace("goldenPath: svc", "goldenPath: web")), @"
    note[spec-changed] flagstone.yaml:5:15 the spec asks for `web`, and the service is made of `svc`
        name `svc` again: a service can't change its golden path
    ");
}

fn of_catalog(range: Option<&str>, versions: &[&str], layer: &str) -> String {
    let range = range.map(|it| it.parse().unwrap());
    let versions: Vec<_> = versions.iter().map(|it| it.parse().unwrap()).collect();
    let layers = vec![LayerRelease { name: "ci".to_owned(), newest: layer.parse().unwrap() }];
    let known = Known { range: range.as_ref(), versions: &versions, layers };
    shown(&outdated(&service().lock, &known))
}

#[test]
fn a_newer_version_is_noted_with_what_the_range_says_of_it() {
    let all = ["1.0.0", "1.1.0", "1.2.0", "2.0.0", "3.0.0-rc.1"];
    assert_snapshot!(of_catalog(Some("^1"), &all, "1.0.1"), @"
    note[outdated] flagstone.lock svc 1.2.0 is released, the service has 1.1.0 (2.0.0 too, outside of `^1`)
        run `flagstone upgrade`
    note[outdated] flagstone.lock layer ci 1.0.1 is released, the service has 1.0.0
        run `flagstone upgrade`
    ");
    assert_snapshot!(of_catalog(Some("~1.1"), &all, "1.0.0"), @"
    note[outdated] flagstone.lock svc 2.0.0 is released, the service has 1.1.0; it is outside of `~1.1`
        run `flagstone upgrade --to 2.0.0`
    ");
    assert_snapshot!(of_catalog(None, &all, "1.0.0"), @"
    note[outdated] flagstone.lock svc 2.0.0 is released, the service has 1.1.0
        run `flagstone upgrade`
    ");
    assert_eq!(of_catalog(Some("^1"), &["1.0.0", "1.1.0", "2.0.0-rc.1"], "0.9.0"), "");
}

#[test]
fn a_fingerprint_outlives_lines_that_move() {
    let path = RepoPath::parse("a.toml").unwrap();
    let finding = Finding::new(Rule::ManagedKey, path, "m").key("tool.ruff");
    let moved = finding.clone().at(crate::text::Position { line: 9, column: 1 });
    assert_eq!(finding.fingerprint(), moved.fingerprint());
    assert_ne!(finding.fingerprint(), moved.key("tool.mypy").fingerprint());
}

#[test]
fn what_fails_is_an_error_and_nothing_else_is() {
    let path = || RepoPath::parse("a").unwrap();
    let rules =
        [Rule::LockTree, Rule::ManagedKey, Rule::Deprecated, Rule::Outdated, Rule::SpecChanged];
    let levels = |causes: &[Cause]| {
        let findings = rules.map(|rule| Finding::new(rule, path(), "")).to_vec();
        judged(findings, causes).iter().map(|it| it.level.as_str()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(levels(&[Cause::Drift]), "error error warning note note");
    assert_eq!(levels(&[Cause::Outdated]), "error error warning warning note");
    assert_eq!(
        levels(&[Cause::Drift, Cause::Outdated, Cause::Warn]),
        "error error error error note"
    );
    assert_eq!(levels(&[]), "error warning warning note note");
}

#[test]
fn every_rule_has_an_id_of_its_own() {
    let mut ids = Rule::ALL.map(Rule::id).to_vec();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), Rule::ALL.len());
}

#[test]
fn a_path_in_a_command_is_one_argument_of_a_shell() {
    let shown = |text: &str| argument(&RepoPath::parse(text).unwrap());
    assert_eq!(shown("a/b-c_1.yml"), "a/b-c_1.yml");
    assert_eq!(shown("a b's.txt"), r"'./a b'\''s.txt'");
    assert_eq!(shown("-rf"), "'./-rf'");
}

proptest! {
    #[test]
    fn every_managed_file_that_is_not_as_it_was_is_one_error(edits in proptest::collection::vec(0..4_u8, 5)) {
        let mut service = service();
        let locked = service.lock.files.clone();
        for (file, edit) in locked.iter().zip(&edits) {
            let text = file.path.as_str();
            match edit {
                0 => {}
                1 => service.edit(text, &format!("{PYPROJECT}# edited\n")),
                2 => drop(service.present.files.remove(text)),
                _ => service.present.files.get_mut(text).unwrap().mode = Mode::Link,
            }
        }
        let managed = locked.iter().zip(&edits).filter(|(file, _)| file.ownership == Ownership::Managed);
        let expected: Vec<_> = managed.filter(|(_, edit)| **edit > 0).map(|(file, _)| &file.path).collect();
        let findings = service.findings();
        let is_managed = |it: &&Finding| it.level == Level::Error && it.key.is_none();
        let found: Vec<_> = findings.iter().filter(is_managed).map(|it| &it.path).collect();
        prop_assert_eq!(found, expected);
    }
}
