//! On real content: `python-service` of the embedded catalog, from 1.0.0 by 1.1.0 to 2.0.0.

use super::story::Story;
use crate::sandbox::Sandbox;

/// A service as somebody would make it.
fn orders() -> Story {
    let sandbox = Sandbox::new().identity();
    let new = ["new", "python-service@1.0.0", "orders", "--defaults", "--set"];
    let answers = ["name=orders", "--set", "owner=team", "--set", "db=postgres"];
    let made = sandbox.run(new.into_iter().chain(answers));
    assert!(made.starts_with("exit: 0"), "{made}");
    Story::in_folder(sandbox, "orders")
}

/// A file of the service with one text in the place of another.
fn with(story: &Story, path: &str, from: &str, to: &str) -> String {
    let text = story.text(path);
    assert!(text.contains(from), "{path}: {text}");
    text.replacen(from, to, 1)
}

/// What a team does to a service in a year.
fn worked_on(story: Story) -> Story {
    let deployment = with(&story, "k8s/deployment.yaml", "value: info", "value: debug");
    let kustomization =
        with(&story, "k8s/kustomization.yaml", "resources:", "resources:\n  - ingress.yaml");
    let pyproject = with(&story, "pyproject.toml", "line-length = 100", "line-length = 120")
        + "\n[tool.coverage.run]\nbranch = true # ours\n";
    let readme = story.text("README.md") + "\n## Ours\n\nOrders come in here.\n";
    let spec = with(&story, "flagstone.yaml", "db: postgres", "db: postgres # since 2021");
    let app = story.text("src/orders/app.py") + "# ours\n";
    story
        .writes("k8s/deployment.yaml", deployment)
        .writes("k8s/kustomization.yaml", kustomization)
        .writes("k8s/ingress.yaml", "kind: Ingress\n")
        .writes("pyproject.toml", pyproject)
        .writes("README.md", readme)
        .writes("flagstone.yaml", spec)
        .edits("src/orders/app.py", app)
}

/// Every committed file with the id of its bytes.
fn files(story: &Story) -> Vec<(String, String)> {
    let text =
        story.git(&["ls-tree", "-r", "--format=%(path) %(objectmode):%(objectname)", "HEAD"]);
    let pair = |line: &str| line.split_once(' ').map(|(path, id)| (path.to_owned(), id.to_owned()));
    text.lines().filter_map(pair).collect()
}

fn tree(story: &Story) -> String {
    story.git(&["ls-tree", "-r", "HEAD"])
}

#[test]
fn what_a_team_made_of_it_comes_along_to_the_second_major() {
    let story = worked_on(orders());
    let app = story.text("src/orders/app.py");
    let told = story.upgrades();
    assert_eq!(told.exit, 0, "{:#?}\n{}\n{}", told.rows, told.json["diagnostics"], told.stderr);
    for row in [
        "moved k8s/deployment.yaml -> deploy/base/deployment.yaml move-declared",
        "moved k8s/ingress.yaml -> deploy/base/ingress.yaml with-folder",
        "moved k8s/kustomization.yaml -> deploy/base/kustomization.yaml move-declared",
        "removed pytest.ini deletion-declared",
        "replaced pyproject.toml managed-keys-edited",
        "changed README.md both",
    ] {
        assert!(told.rows.iter().any(|it| it == row), "{row}: {:#?}", told.rows);
    }
    assert!(story.text("deploy/base/deployment.yaml").contains("value: debug"));
    assert!(story.text("deploy/base/kustomization.yaml").contains("  - ingress.yaml\n"));
    let pyproject = story.text("pyproject.toml");
    assert!(pyproject.contains("branch = true # ours"), "{pyproject}");
    assert!(pyproject.contains("line-length = 100"), "{pyproject}");
    assert!(pyproject.contains("[tool.pytest.ini_options]"), "{pyproject}");
    assert!(story.text("README.md").contains("Orders come in here."));
    assert_eq!(story.text("src/orders/app.py"), app);
    assert!(story.text("flagstone.yaml").contains("database: postgres # since 2021"));
    assert!(told.json["notes"][1].as_str().is_some_and(|it| it.contains("deploy/overlays")));
    assert!(!story.path("k8s").exists());
    assert!(story.status().is_empty());
    assert_eq!(story.runs(&["upgrade"]).json["state"], "upToDate");
}

#[test]
fn step_by_step_comes_to_the_same() {
    let (one, two) = (worked_on(orders()), worked_on(orders()));
    assert_eq!(one.upgrades().exit, 0);
    assert_eq!(two.runs(&["upgrade", "--to", "1.1.0", "--yes"]).exit, 0);
    assert_eq!(two.upgrades().exit, 0);
    assert_eq!(tree(&one), tree(&two));
}

#[test]
fn what_nobody_touched_is_as_a_new_service_has_it() {
    let story = orders();
    assert_eq!(story.upgrades().exit, 0);
    let new = ["new", "python-service@2.0.0", "fresh", "--defaults", "--set", "name=orders"];
    let answers = ["--set", "owner=team", "--set", "database=postgres"];
    let made = story.sandbox.run(new.into_iter().chain(answers));
    assert!(made.starts_with("exit: 0"), "{made}");
    let (upgraded, lock) = (files(&story), story.text("flagstone.lock"));
    let fresh = story.at("fresh");
    assert_eq!(fresh.text("flagstone.lock"), lock);
    let is_seeded =
        |path: &str| lock.contains(&format!("path: {path}, mode: \"100644\", own: seeded"));
    let differing: Vec<_> = files(&fresh).into_iter().filter(|it| !upgraded.contains(it)).collect();
    let wrong: Vec<_> = differing.iter().filter(|(path, _)| !is_seeded(path)).collect();
    assert!(wrong.iter().all(|(path, _)| path == "flagstone.yaml"), "{wrong:?}");
    assert!(upgraded.len() > 30);
}
