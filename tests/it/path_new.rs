//! `path new`: what an author begins with must stand every look that it will get.

use std::fs;

use crate::sandbox::Sandbox;

#[test]
fn a_new_golden_path_makes_its_catalog_and_says_what_comes_next() {
    let sandbox = Sandbox::new();
    insta::assert_snapshot!(sandbox.run(["path", "new", "http-job", "acme"]), @"
    exit: 0
    --- stdout
    Wrote the golden path `http-job` 1.0.0:
      acme/catalog.yaml
      acme/schemas/golden-path.json
      acme/schemas/case.json
      acme/schemas/catalog.json
      acme/http-job/1.0.0/README.md
      acme/http-job/1.0.0/cases/defaults.snap
      acme/http-job/1.0.0/cases/defaults.yaml
      acme/http-job/1.0.0/golden-path.yaml
      acme/http-job/1.0.0/template/.editorconfig
      acme/http-job/1.0.0/template/README.md.j2
      acme/http-job/1.0.0/template/docs/runbook.md.j2

    See what it makes:       flagstone path preview acme/http-job/1.0.0
    Make a service from it:  flagstone new http-job --catalog acme
    --- stderr
    ");
    insta::assert_snapshot!(sandbox.run(["path", "new", "metadata", "acme", "--layer"]), @"
    exit: 0
    --- stdout
    Wrote the layer `metadata` 1.0.0:
      acme/metadata/1.0.0/README.md
      acme/metadata/1.0.0/cases/defaults.snap
      acme/metadata/1.0.0/cases/defaults.yaml
      acme/metadata/1.0.0/golden-path.yaml
      acme/metadata/1.0.0/template/catalog-info.yaml.j2

    See what it makes:  flagstone path preview acme/metadata/1.0.0
    --- stderr
    ");
    insta::assert_snapshot!(sandbox.run(["catalog", "list", "--layers", "--catalog", "acme"]), @"
    exit: 0
    --- stdout
    http-job  1.0.0  experimental  Http job
    metadata  1.0.0  experimental  Metadata
    --- stderr
    ");
    insta::assert_snapshot!(sandbox.tree_of("acme/http-job"), @r#"
    == acme/http-job/1.0.0/README.md
    # Http job

    Say what a team gets from this golden path, and what it has to do itself.
    `flagstone catalog show http-job` prints this page.
    == acme/http-job/1.0.0/cases/defaults.snap
    # What this case renders; `flagstone path test --accept` writes it.
    file .editorconfig (managed)
      root = true

      [*]
      charset = utf-8
      end_of_line = lf
      insert_final_newline = true
    file README.md (merged)
      # orders-api

      The orders-api service.

      Owned by team-orders; [the runbook](docs/runbook.md) says what to do when it fails.
    file docs/runbook.md (seeded)
      # Runbook of orders-api

      What can fail, how it shows, and what to do about it.
    == acme/http-job/1.0.0/cases/defaults.yaml
    # yaml-language-server: $schema=../../../schemas/case.json
    # A service to try this golden path with: `flagstone path preview` shows it, and `path test` compares
    # it with `defaults.snap`.
    parameters:
      name: orders-api
      owner: team-orders
    == acme/http-job/1.0.0/golden-path.yaml
    # yaml-language-server: $schema=../../schemas/golden-path.json
    apiVersion: flagstone/v1
    kind: GoldenPath
    metadata:
      name: http-job  # the folder's
      version: 1.0.0  # that of the folder in it; once released, a version never changes
      title: Http job
      description: What a service is that is made from this.
      owner: "platform-team"
      lifecycle: experimental  # `production` as soon as teams may rely on it

    # The questions, in the order of asking. Templates print the answers by these names.
    parameters:
      required: [name, owner]
      properties:
        name:
          type: string
          title: Service name
          pattern: "^[a-z][a-z0-9-]{1,38}[a-z0-9]$"
          x-pattern-help: use 3 to 40 lower-case letters, digits and hyphens, a letter first and no hyphen last
        owner: {type: string, title: Owning team}
        description: {type: string, title: What it does, default: "The {{ name }} service."}

    # Whose a file is once a service has it; the first rule that matches its path decides. `managed` stays
    # yours, `seeded` is the team's from then on; a file without a rule is shared, and upgrades merge it.
    files:
      - {match: .editorconfig, ownership: managed}
      - {match: "docs/**", ownership: seeded}
    == acme/http-job/1.0.0/template/.editorconfig
    root = true

    [*]
    charset = utf-8
    end_of_line = lf
    insert_final_newline = true
    == acme/http-job/1.0.0/template/README.md.j2
    # {{ name }}

    {{ description }}

    Owned by {{ owner }}; [the runbook](docs/runbook.md) says what to do when it fails.
    == acme/http-job/1.0.0/template/docs/runbook.md.j2
    # Runbook of {{ name }}

    What can fail, how it shows, and what to do about it.
    "#);
    insta::assert_snapshot!(sandbox.tree_of("acme/metadata"), @r#"
    == acme/metadata/1.0.0/README.md
    # Metadata

    Say what a service gets from this layer. A golden path takes it with

    ```yaml
    layers:
      - {name: metadata, version: "^1"}
    ```
    == acme/metadata/1.0.0/cases/defaults.snap
    # What this case renders; `flagstone path test --accept` writes it.
    file catalog-info.yaml (managed)
      apiVersion: backstage.io/v1alpha1
      kind: Component
      metadata:
        name: "orders-api"
      spec:
        type: service
        lifecycle: production
        owner: "team-orders"
    == acme/metadata/1.0.0/cases/defaults.yaml
    # yaml-language-server: $schema=../../../schemas/case.json
    # A service to try this layer with: `flagstone path preview` shows it, and `path test` compares
    # it with `defaults.snap`.
    parameters:
      name: orders-api
      owner: team-orders
    == acme/metadata/1.0.0/golden-path.yaml
    # yaml-language-server: $schema=../../schemas/golden-path.json
    apiVersion: flagstone/v1
    kind: Layer
    metadata:
      name: metadata  # the folder's
      version: 1.0.0  # that of the folder in it; once released, a version never changes
      title: Metadata
      description: What this adds to a service.
      owner: "platform-team"
      lifecycle: experimental  # `production` as soon as golden paths may rely on it

    # What the layer has to know. A golden path answers it by `with` where it names the layer; `name`, `owner`
    # and `description` come by themselves.
    parameters:
      required: [name, owner]
      properties:
        name: {type: string, title: Service name}
        owner: {type: string, title: Owning team}

    # Whose a file is once a service has it: `managed` stays yours.
    files:
      - {match: catalog-info.yaml, ownership: managed}
    == acme/metadata/1.0.0/template/catalog-info.yaml.j2
    apiVersion: backstage.io/v1alpha1
    kind: Component
    metadata:
      name: {{ name | to_yaml }}
    spec:
      type: service
      lifecycle: production
      owner: {{ owner | to_yaml }}
    "#);
    for (schema, file) in
        [("golden-path", "golden-path.json"), ("case", "case.json"), ("catalog", "catalog.json")]
    {
        let written = fs::read_to_string(sandbox.folder().join("acme/schemas").join(file)).unwrap();
        let printed = sandbox.run(["schema", schema]);
        assert_eq!(printed, format!("exit: 0\n--- stdout\n{}\n--- stderr", written.trim_end()));
    }
}

#[test]
fn what_is_new_passes_its_own_test() {
    let sandbox = Sandbox::new();
    sandbox.run(["path", "new", "web", "acme"]);
    sandbox.run(["path", "new", "ci", "acme", "--layer"]);
    let tested = sandbox.run(["path", "test", "acme"]);
    assert!(tested.starts_with("exit: 0\n") && tested.contains("all passed"), "{tested}");
}

#[test]
fn inside_of_a_catalog_the_new_one_goes_there() {
    let sandbox = Sandbox::new();
    sandbox.run(["path", "new", "first", "acme"]);
    let folder = sandbox.folder().join("acme");
    let charter = fs::read_to_string(folder.join("catalog.yaml")).unwrap();
    fs::write(folder.join("catalog.yaml"), charter.replace("platform-team", "'Team A: 1'"))
        .unwrap();
    let made = sandbox.run_in("acme/first/1.0.0", ["path", "new", "second", "--format", "json"]);
    assert!(made.starts_with("exit: 0\n"), "{made}");
    let manifest = fs::read_to_string(folder.join("second/1.0.0/golden-path.yaml")).unwrap();
    assert!(manifest.contains("owner: \"Team A: 1\""), "{manifest}");
    let shown = sandbox.run(["path", "preview", "acme/second", "--once"]);
    assert!(shown.starts_with("exit: 0\n"), "{shown}");
}

#[test]
fn a_name_that_is_taken_or_wrong_changes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.run(["path", "new", "web", "acme"]);
    let before = sandbox.tree();
    insta::assert_snapshot!(sandbox.run(["path", "new", "web", "acme"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[taken]: the catalog has a `web` already
     |
     = help: for its next version copy the folder of the last: `cp -r acme/web/1.0.0 acme/web/1.1.0`, and change `version` in its manifest
    ");
    insta::assert_snapshot!(sandbox.run(["path", "new", "Web_1", "elsewhere"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[bad-name]: `Web_1` can't be the name of a golden path or layer
     |
     = help: use lower-case letters, digits and single hyphens, beginning with a letter; `data`, `policies` and `schemas` are folders of the catalog itself
    ");
    assert_eq!(sandbox.tree(), before);
}

#[test]
fn a_name_is_a_name_and_no_way_out_of_the_catalog() {
    let sandbox = Sandbox::new();
    let before = sandbox.tree();
    let names = [
        "abc #/../../../zz",
        "../web",
        "\"abc\"",
        "&a abc",
        "{name}",
        "",
        "a\nb",
        "data",
        "schemas",
    ];
    for name in names {
        let said = sandbox.run(["path", "new", name, "acme"]);
        assert!(
            said.starts_with("exit: 3\n") && said.contains("error[bad-name]"),
            "{name}: {said}"
        );
    }
    assert_eq!(sandbox.tree(), before);
}

#[test]
fn a_service_is_made_from_a_new_golden_path_and_upgraded() {
    let sandbox = Sandbox::new().identity();
    sandbox.run(["path", "new", "web", "acme"]);
    let new = ["new", "web", "orders", "--catalog", "acme", "--set", "owner=team-a", "--yes"];
    let made = sandbox.run(new);
    assert!(made.starts_with("exit: 0\n"), "{made}");
    let path = sandbox.folder().join("acme/web");
    sandbox.program_output("cp", ["-r", "acme/web/1.0.0", "acme/web/1.1.0"]);
    let edit = |file: &str, from: &str, to: &str| {
        let file = path.join("1.1.0").join(file);
        let text = fs::read_to_string(&file).unwrap();
        fs::write(file, text.replace(from, to)).unwrap();
    };
    edit("golden-path.yaml", "version: 1.0.0", "version: 1.1.0");
    edit("template/README.md.j2", "Owned by", "Kept by");
    let upgraded = sandbox.run_in("orders", ["upgrade", "--yes"]);
    assert!(upgraded.starts_with("exit: 0\n"), "{upgraded}");
    let readme = fs::read_to_string(sandbox.folder().join("orders/README.md")).unwrap();
    assert!(readme.contains("Kept by team-a"), "{readme}");
}

#[test]
fn editors_find_the_schemas_where_the_files_say() {
    let sandbox = Sandbox::new();
    sandbox.run(["path", "new", "web", "acme"]);
    sandbox.run(["path", "new", "ci", "acme", "--layer"]);
    for file in [
        "catalog.yaml",
        "web/1.0.0/golden-path.yaml",
        "web/1.0.0/cases/defaults.yaml",
        "ci/1.0.0/golden-path.yaml",
        "ci/1.0.0/cases/defaults.yaml",
    ] {
        let file = sandbox.folder().join("acme").join(file);
        let text = fs::read_to_string(&file).unwrap();
        let line = text.lines().next().unwrap();
        let schema = line.strip_prefix("# yaml-language-server: $schema=").unwrap();
        let schema = fs::read_to_string(file.parent().unwrap().join(schema)).unwrap();
        let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
        assert!(jsonschema::validator_for(&schema).is_ok(), "{line}");
    }
    insta::assert_snapshot!(sandbox.run(["schema", "--write", "somewhere"]), @"
    exit: 0
    --- stdout
    Wrote `somewhere/spec.json`
    Wrote `somewhere/golden-path.json`
    Wrote `somewhere/catalog.json`
    Wrote `somewhere/lock.json`
    Wrote `somewhere/case.json`
    --- stderr
    ");
}

#[test]
fn nothing_is_written_through_a_linked_folder() {
    let sandbox = Sandbox::new().folder_at("out").folder_at("acme");
    std::os::unix::fs::symlink("../out", sandbox.folder().join("acme/schemas")).unwrap();
    let told = sandbox.run(["path", "new", "http-job", "acme"]);
    assert!(told.starts_with("exit: 5") && told.contains("`schemas` is a link"), "{told}");
    assert_eq!(sandbox.tree(), "== acme/schemas -> ../out");
}

#[test]
fn a_file_that_is_no_schema_of_ours_is_not_replaced() {
    let sandbox = Sandbox::new().file("acme/schemas/case.json", "{\"mine\": 1}\n");
    insta::assert_snapshot!(sandbox.run(["path", "new", "http-job", "acme"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[not-ours]: `<sandbox>/acme/schemas/case.json` is no schema of flagstone's
     |
     = help: move it away: nothing was written over it
    ");
    insta::assert_snapshot!(sandbox.run(["schema", "--write", "acme/schemas"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[not-ours]: `<sandbox>/acme/schemas/case.json` is no schema of flagstone's
     |
     = help: move it away: nothing was written over it
    ");
    insta::assert_snapshot!(sandbox.tree(), @r#"
    == acme/schemas/case.json
    {"mine": 1}
    "#);
    let old = "{\"$id\": \"urn:flagstone:v1:case\"}\n";
    std::fs::write(sandbox.folder().join("acme/schemas/case.json"), old).unwrap();
    let told = sandbox.run(["schema", "--write", "acme/schemas"]);
    assert!(told.contains("Wrote `acme/schemas/case.json`"), "{told}");
}

#[test]
fn a_catalog_is_not_made_inside_of_something_else() {
    let sandbox = Sandbox::new()
        .file("service/flagstone.lock", "")
        .file("service/src/main.rs", "")
        .file("file", "")
        .golden_path("svc", "1.0.0", &[("golden-path.yaml", ""), ("template/a", "")]);
    insta::assert_snapshot!(sandbox.run_in("service/src", ["path", "new", "abc"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[bad-folder]: `.` is a service's repository
     |
     = help: name the catalog's folder: `flagstone path new NAME DIR`
    ");
    insta::assert_snapshot!(sandbox.run(["path", "new", "abc", "service"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[bad-folder]: `service` is a service's repository
     |
     = help: name the catalog's folder: `flagstone path new NAME DIR`
    ");
    let within = ["path", "new", "abc", "catalog/svc/1.0.0/template/x"];
    insta::assert_snapshot!(sandbox.run(within), @"
    exit: 3
    --- stdout
    --- stderr
    error[bad-folder]: `catalog/svc/1.0.0/template/x` is inside of a golden path, `catalog/svc/1.0.0`
     |
     = help: name the catalog's folder: `flagstone path new NAME DIR`
    ");
    insta::assert_snapshot!(sandbox.run(["path", "new", "abc", ".git"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[bad-folder]: `.git` is git's own
     |
     = help: name the catalog's folder: `flagstone path new NAME DIR`
    ");
    insta::assert_snapshot!(sandbox.run(["path", "new", "abc", "file/x"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[bad-folder]: `file/x` is no folder
     |
     = help: name the catalog's folder: `flagstone path new NAME DIR`
    ");
}

#[test]
fn a_name_that_is_taken_says_how_the_next_version_is_made_from_here() {
    let sandbox = Sandbox::new();
    sandbox.run(["path", "new", "http-job", "acme"]);
    let told = sandbox.run(["path", "new", "http-job", "acme"]);
    assert!(told.contains("`cp -r acme/http-job/1.0.0 acme/http-job/1.1.0`"), "{told}");
}

#[test]
fn a_missing_answer_of_a_case_is_asked_for_where_cases_answer() {
    let sandbox = Sandbox::new();
    sandbox.run(["path", "new", "http-job", "acme"]);
    let case = "acme/http-job/1.0.0/cases/defaults.yaml";
    let sandbox = sandbox.file(case, "# A case.\nparameters:\n  owner: team\n");
    let told = |arguments: &[&str]| {
        let told = sandbox.run(arguments.iter().copied());
        told.lines().filter(|it| !it.contains(" ms")).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(told(&["path", "test", "acme"]), @"
    exit: 1
    --- stdout
    http-job@1.0.0

        error[missing-answer]: parameter `name` has no answer
         --> acme/http-job/1.0.0/cases/defaults.yaml:2:1
          |
        2 | parameters:
          | ^^^^^^^^^^
          |
          = note: Service name
          = help: add `name` to `parameters` of `acme/http-job/1.0.0/cases/defaults.yaml`


    --- stderr
    ");
    insta::assert_snapshot!(told(&["path", "preview", "--once", "acme"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[missing-answer]: parameter `name` has no answer
     |
     = note: Service name
     = help: pass `--set name=…`, or add it to `parameters` of `acme/http-job/1.0.0/cases/defaults.yaml`
    ");
    std::fs::remove_dir_all(sandbox.folder().join(case).parent().unwrap()).unwrap();
    insta::assert_snapshot!(told(&["path", "preview", "--once", "acme"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[missing-answer]: parameter `name` has no answer
     |
     = note: Service name
     = help: pass `--set name=…`, or write a case, `cases/defaults.yaml`, with its `parameters`

    error[missing-answer]: parameter `owner` has no answer
     |
     = note: Owning team
     = help: pass `--set owner=…`, or write a case, `cases/defaults.yaml`, with its `parameters`

    2 errors
    ");
    insta::assert_snapshot!(told(&["path", "test", "acme/http-job/1.0.0/golden-path.yaml"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[no-folder]: `acme/http-job/1.0.0/golden-path.yaml` is a file
     |
     = help: name its folder: `acme/http-job/1.0.0`
    ");
    insta::assert_snapshot!(told(&["new", "http-job", "vs", "--catalog", "acme", "--set", "owner=o"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[invalid-answer]: parameter `name` has the wrong form
     |
     = note: it is the folder's name; `--set name=…` gives another
     = help: use 3 to 40 lower-case letters, digits and hyphens, a letter first and no hyphen last
    ");
}
