//! `path preview` and `path impact`, as an author meets them.

use std::fs;

use crate::{sandbox::Sandbox, terminal::CTRL_C, web};

const ANSWERS: [&str; 4] = ["--set", "name=orders", "--set", "owner=team"];

fn preview<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ["path", "preview", "catalog/web"].iter().chain(more).chain(&ANSWERS).copied().collect()
}

#[test]
fn a_version_is_shown_once_for_people_and_programs() {
    let sandbox = web::sandbox();
    insta::assert_snapshot!(sandbox.run(preview(&["--once"])), @"
    exit: 0
    --- stdout
    web 1.0.0/
    ├── src/
    │   └── orders.txt
    └── service.yaml
    2 files
    --- stderr
    ");
    insta::assert_snapshot!(sandbox.run(preview(&["--once", "--set", "database=postgres", "-v"])), @r#"
    exit: 0
    --- stdout
    web 1.0.0/
    ├── src/
    │   └── orders.txt
    ├── schema.sql
    └── service.yaml
    3 files

    == schema.sql
    -- orders

    == service.yaml
    name: orders
    owner: "team"
    port: 8080

    == src/orders.txt
    orders
    --- stderr
    "#);
    insta::assert_snapshot!(sandbox.run(preview(&["--once", "--format", "json"])), @r#"
    exit: 0
    --- stdout
    {
      "format": 1,
      "name": "web",
      "version": "1.0.0",
      "case": null,
      "files": [
        {
          "path": "service.yaml",
          "mode": "100644",
          "bytes": 38,
          "blob": "24e70a5a13ac3ecf46a22ca8668e27db90d3b581",
          "ownership": "merged",
          "managedKeys": [],
          "source": "web:template/service.yaml.j2"
        },
        {
          "path": "src/orders.txt",
          "mode": "100644",
          "bytes": 7,
          "blob": "e1e3bcf0993636944c10085e690d859a7ea7f2bd",
          "ownership": "seeded",
          "managedKeys": [],
          "source": "web:template/src/{{ name | snake_case }}.txt.j2"
        }
      ]
    }
    --- stderr
    "#);
}

#[test]
fn what_cannot_be_previewed_is_told() {
    let sandbox = web::sandbox().golden_path("other", "1.0.0", &[("golden-path.yaml", "")]);
    insta::assert_snapshot!(sandbox.run(["path", "preview", "catalog"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[several]: the catalog `<sandbox>/catalog` has several
     |
     = help: name the folder of one: other, web
    ");
    insta::assert_snapshot!(sandbox.run(["path", "preview", "catalog/web", "--once"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[missing-answer]: parameter `name` has no answer
     |
     = note: Service name
     = help: pass `--set name=…`, or write a case, `cases/defaults.yaml`, with its `parameters`

    error[missing-answer]: parameter `owner` has no answer
     |
     = note: Owner
     = help: pass `--set owner=…`, or write a case, `cases/defaults.yaml`, with its `parameters`

    2 errors
    ");
    insta::assert_snapshot!(sandbox.run(preview(&["--once", "--case", "x"])), @"
    exit: 3
    --- stdout
    --- stderr
    error[no-case]: `web@1.0.0` has no case `x`
     |
     = help: write one: `cases/x.yaml`
    ");
    insta::assert_snapshot!(sandbox.run(preview(&["--format", "json"])), @r#"
    exit: 2
    --- stdout
    {
      "format": 1,
      "error": null,
      "causes": [],
      "help": null,
      "diagnostics": [
        {
          "code": "usage",
          "severity": "error",
          "message": "programs get one document",
          "file": null,
          "line": null,
          "column": null,
          "endLine": null,
          "endColumn": null,
          "help": "add `--once`",
          "notes": []
        }
      ],
      "guard": null
    }
    --- stderr
    "#);
    insta::assert_snapshot!(sandbox.run(["path", "preview", "nowhere"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[no-folder]: there is no folder `nowhere`
     |
     = help: name a catalog's folder, a golden path's or a version's
    ");
}

#[test]
fn each_edit_is_shown_and_a_mistake_does_not_end_it() {
    let sandbox = web::sandbox();
    let file = sandbox.folder().join("catalog/web/1.0.0/template/service.yaml.j2");
    let mut terminal = sandbox.terminal(preview(&[]));
    terminal.wait_for("Ctrl-C ends it");
    fs::write(&file, "name: {{ name }}\nowner: {{ ownr }}\n").unwrap();
    terminal.wait_for("did you mean `owner`?");
    fs::write(&file, "name: {{ name }}\nowner: {{ owner }}\n").unwrap();
    terminal.wait_for("-port: 8080");
    terminal.type_keys(CTRL_C);
    insta::assert_snapshot!(terminal.finish(), @r#"
    exit: 0
    web 1.0.0/
    ├── src/
    │   └── orders.txt
    └── service.yaml
    2 files
    Waiting for changes; Ctrl-C ends it
    error[undefined-name]: `ownr` is not defined
     --> catalog/web/1.0.0/template/service.yaml.j2:2:11
      |
    2 | owner: {{ ownr }}
      |           ^^^^
      |
      = help: did you mean `owner`?
    1 file differs
    diff --git a/service.yaml b/service.yaml
    index 24e70a5..f730f7c 100644
    --- a/service.yaml
    +++ b/service.yaml
    @@ -1,3 +1,2 @@
     name: orders
    -owner: "team"
    -port: 8080
    +owner: team
    ^C
    "#);
}

#[test]
fn a_layer_that_comes_and_a_file_that_goes_are_shown() {
    let sandbox = Sandbox::new();
    sandbox.run(["path", "new", "web", "catalog"]);
    let catalog = sandbox.folder().join("catalog");
    let mut terminal = sandbox.terminal(["path", "preview", "catalog/web"]);
    terminal.wait_for("Ctrl-C ends it");
    fs::remove_file(catalog.join("web/1.0.0/template/.editorconfig")).unwrap();
    terminal.wait_for("deleted file mode");
    let manifest = catalog.join("web/1.0.0/golden-path.yaml");
    let text = fs::read_to_string(&manifest).unwrap() + "layers:\n  - {name: ci, version: '^1'}\n";
    fs::write(manifest, text).unwrap();
    terminal.wait_for("there is no layer `ci`");
    sandbox.run(["path", "new", "ci", "catalog", "--layer"]);
    terminal.wait_for("+  owner: \"team-orders\"");
    fs::write(catalog.join("ci/1.0.0/template/new.txt"), "from the layer\n").unwrap();
    terminal.wait_for("+from the layer");
    terminal.type_keys(CTRL_C);
    assert!(terminal.finish().starts_with("exit: 0\n"));
}

#[test]
fn the_places_that_an_answer_reaches_are_listed() {
    let sandbox = web::sandbox();
    insta::assert_snapshot!(sandbox.run(["path", "impact", "name", "catalog/web"]), @r#"
    exit: 0
    --- stdout
    `name` reaches 5 places in 4 files

    web: golden-path.yaml
      11  default of `schema`  schema: {type: string, title: Schema, default: "{{ name | snake_case }}", x-when: "database == 'postgres'"}

    web: template/service.yaml.j2
      1  printed  name: {{ name }}

    web: template/src/{{ name | snake_case }}.txt.j2
         in its name
      1  printed      {{ name }}

    web: template/{% if database == 'postgres' %}schema.sql{% endif %}.j2
      1  printed, by `schema`  -- {{ schema }}
    --- stderr
    "#);
    insta::assert_snapshot!(sandbox.run(["path", "impact", "database", "catalog/web"]), @r#"
    exit: 0
    --- stdout
    `database` reaches 3 places in 2 files

    web: golden-path.yaml
      11  decides whether `schema` is asked  schema: {type: string, title: Schema, default: "{{ name | snake_case }}", x-when: "database == 'postgres'"}

    web: template/{% if database == 'postgres' %}schema.sql{% endif %}.j2
         in its name
      1  printed, by `schema`  -- {{ schema }}
    --- stderr
    "#);
    insta::assert_snapshot!(sandbox.run(["path", "impact", "prot", "catalog/web"]), @"
    exit: 3
    --- stdout
    --- stderr
    error[unknown-parameter]: `web@1.0.0` has no parameter `prot`
     |
     = help: did you mean `port`?
    ");
    let json = ["path", "impact", "port", "catalog/web", "--format", "json"];
    insta::assert_snapshot!(sandbox.run(json), @r#"
    exit: 0
    --- stdout
    {
      "format": 1,
      "parameter": "port",
      "places": [
        {
          "part": "web",
          "file": "template/service.yaml.j2",
          "line": 3,
          "column": 7,
          "how": "printed",
          "target": null,
          "layer": null,
          "by": "port"
        }
      ]
    }
    --- stderr
    "#);
}

#[test]
fn a_preview_ends_when_nobody_reads_it_any_more() {
    use std::{io::Read as _, process::Stdio};
    let sandbox = crate::path_test::author();
    let mut command = sandbox.command(crate::sandbox::program());
    command.args(["path", "preview", "catalog/svc/1.0.0"]).stdin(Stdio::null());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut output = child.stdout.take().unwrap();
    output.read_exact(&mut [0]).unwrap();
    drop(output);
    assert!(child.wait().unwrap().success());
}
