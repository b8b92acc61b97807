//! `flagstone why`, as people and scripts meet it.

use insta::assert_snapshot;

use crate::{drifting::service, sandbox::Sandbox};

#[test]
fn a_file_of_a_layer_is_explained_with_what_reaches_it() {
    let sandbox = Sandbox::new().identity();
    sandbox.run(["new", "rust-service", "orders", "--set", "owner=team", "--yes"]);
    assert_snapshot!(sandbox.of_service(["why", ".github/workflows/ci.yml"]), @r#"
    exit: 0
    --- stdout
    .github/workflows/ci.yml
      made by    layer ci-github 2.0.0 (embedded)
      from       template/.github/workflows/ci.yml.j2
      parameters name = "orders", language = "rust", database = "none", deploys = true, hardened = false
      written if ci == 'github'
      ownership  managed: the platform's file; an edit is drift, and an upgrade replaces it
      now        untouched
      version    rust-service 1.0.0
    --- stderr
    "#);
    assert_snapshot!(sandbox.of_service(["why", "Dockerfile"]), @r#"
    exit: 0
    --- stdout
    Dockerfile
      made by    layer container 1.0.0 (embedded)
      from       template/Dockerfile.j2
      parameters name = "orders", language = "rust", port = 8080, metrics_port = 9090
      ownership  managed: the platform's file; an edit is drift, and an upgrade replaces it
      now        untouched
      version    rust-service 1.0.0
    --- stderr
    "#);
}

#[test]
fn every_ownership_says_what_it_means_and_how_the_file_stands() {
    let sandbox = service();
    sandbox.edit("README.md", "# Ours\n");
    sandbox.remove("run.sh");
    sandbox.edit("src/other.txt", "ours\n");
    let paths = [".github/ci.yml", "run.sh", "settings.yaml", "README.md", "src/main.txt"];
    let shown = paths.map(|path| sandbox.of_service(["why", path]));
    assert_snapshot!(shown.join("\n"), @r#"
    exit: 0
    --- stdout
    .github/ci.yml
      made by    golden path svc 1.0.0 (directory:../catalog)
      from       template/.github/ci.yml.j2
      parameters port = 8080
      ownership  managed: the platform's file; an edit is drift, and an upgrade replaces it
      now        untouched
      version    svc 1.0.0
    --- stderr
    exit: 0
    --- stdout
    run.sh
      made by    golden path svc 1.0.0 (directory:../catalog)
      from       template/run.sh
      parameters none: it is the same in every service
      ownership  managed: the platform's file; an edit is drift, and an upgrade replaces it
      now        missing
      version    svc 1.0.0
    --- stderr
    exit: 0
    --- stdout
    settings.yaml
      made by    golden path svc 1.0.0 (directory:../catalog)
      from       template/settings.yaml
      parameters none: it is the same in every service
      ownership  merged: shared, but for the platform's keys logging.level
      now        untouched
      version    svc 1.0.0
    --- stderr
    exit: 0
    --- stdout
    README.md
      made by    golden path svc 1.0.0 (directory:../catalog)
      from       template/README.md.j2
      parameters name = "orders"
      ownership  merged: shared; an upgrade merges what both sides changed
      now        edited (`flagstone diff` shows it)
      version    svc 1.0.0
    --- stderr
    exit: 0
    --- stdout
    src/main.txt
      seeded by  golden path svc 1.0.0 (directory:../catalog)
      from       template/src/main.txt
      parameters none: it is the same in every service
      ownership  seeded: written once, and the team's alone since then
      now        untouched
      version    svc 1.0.0
    --- stderr
    "#);
    assert_snapshot!(sandbox.of_service(["why", "settings.yaml", "--format", "json"]), @r#"
    exit: 0
    --- stdout
    {
      "format": 1,
      "path": "settings.yaml",
      "origin": "goldenPath",
      "madeBy": {
        "name": "svc",
        "version": "1.0.0",
        "source": "directory:../catalog",
        "digest": "sha256:c96a5bdacbecd3a52975928bb6b05ab8b3fb81c67213ac22281e6e8ec7cafdd4"
      },
      "source": "template/settings.yaml",
      "blob": "ccac0bc97ebc0f7658a8f114b3f87e7e642a83da",
      "parameters": [],
      "conditions": [],
      "unknownBecause": null,
      "ownership": "merged",
      "managedKeys": [
        "logging.level"
      ],
      "state": "untouched",
      "goldenPath": {
        "name": "svc",
        "version": "1.0.0",
        "source": "directory:../catalog",
        "digest": "sha256:c96a5bdacbecd3a52975928bb6b05ab8b3fb81c67213ac22281e6e8ec7cafdd4"
      },
      "newest": null
    }
    --- stderr
    "#);
    assert_snapshot!(sandbox.run_in("orders/src", ["why", "other.txt"]), @"
    exit: 0
    --- stdout
    src/other.txt
      made by    the team; the golden path knows nothing of it
      ownership  the team's alone
      version    svc 1.0.0
    --- stderr
    ");
    assert_snapshot!(sandbox.of_service(["why", "flagstone.lock"]), @"
    exit: 0
    --- stdout
    flagstone.lock
      made by    flagstone itself
      ownership  the tool's own: what the team wants, and what it got
      version    svc 1.0.0
    --- stderr
    ");
    assert_snapshot!(sandbox.of_service(["why", "src/nothing.txt"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[unknown-file]: the golden path made no file `src/nothing.txt`
     |
     = help: did you mean `src/main.txt`?
    ");
    assert_snapshot!(sandbox.of_service(["why", "."]), @"
    exit: 2
    --- stdout
    --- stderr
    error[usage]: that is the service itself, and no file of it
     |
     = help: name a file: `flagstone why README.md`
    ");
}

#[test]
fn without_the_locked_version_the_parameters_are_not_known() {
    let sandbox = service();
    let folder = sandbox.folder();
    std::fs::rename(folder.join("catalog/svc/1.0.0"), folder.join("catalog/svc/1.2.0")).unwrap();
    assert_snapshot!(sandbox.of_service(["why", "README.md"]), @"
    exit: 0
    --- stdout
    README.md
      made by    golden path svc 1.0.0 (directory:../catalog)
      from       template/README.md.j2
      parameters unknown: golden path `svc` has no version in `=1.0.0`
      ownership  merged: shared; an upgrade merges what both sides changed
      now        untouched
      version    svc 1.0.0; 1.2.0 is released
    --- stderr
    ");
    std::fs::remove_dir_all(folder.join("catalog")).unwrap();
    assert_snapshot!(sandbox.of_service(["why", "README.md"]), @"
    exit: 0
    --- stdout
    README.md
      made by    golden path svc 1.0.0 (directory:../catalog)
      from       template/README.md.j2
      parameters unknown: failed to read the catalog `<sandbox>/catalog`
      ownership  merged: shared; an upgrade merges what both sides changed
      now        untouched
      version    svc 1.0.0
    --- stderr
    ");
}
