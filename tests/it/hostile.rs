//! Published attacks on tools like ours, each by its recipe, and bombs: none reads, writes or runs
//! anything outside, and each ends soon with a documented exit code.

use std::{fs, os::unix::fs::symlink, path::Path};

use crate::sandbox::Sandbox;

const NEW: [&str; 6] = ["new", "p", "out", "--catalog", "catalog", "--yes"];

fn manifest(more: &str) -> String {
    format!(
        "apiVersion: flagstone/v1\nkind: GoldenPath\n\
         metadata: {{name: p, version: 1.0.0, title: T, owner: o}}\n{more}"
    )
}

/// A catalog with one golden path of these files.
fn catalog(more: &str, files: &[(&str, &str)]) -> Sandbox {
    let text = manifest(more);
    let files: Vec<_> =
        [("golden-path.yaml", text.as_str())].into_iter().chain(files.to_vec()).collect();
    Sandbox::new().identity().golden_path("p", "1.0.0", &files)
}

/// What the run says, after a look that it was refused and left nothing.
fn refused(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let said = sandbox.run(arguments.iter().copied());
    let code = said.lines().next().unwrap_or_default().to_owned();
    assert!(["exit: 2", "exit: 3", "exit: 5"].contains(&code.as_str()), "{said}");
    assert!(!sandbox.folder().join("out").exists(), "{said}");
    assert!(!said.contains("panicked") && !said.contains("TOP-SECRET"), "{said}");
    said
}

fn template(text: &str) -> Sandbox {
    catalog("", &[("template/x.md.j2", text)])
}

fn below(sandbox: &Sandbox, path: &str) -> std::path::PathBuf {
    let path = sandbox.folder().join("catalog/p/1.0.0").join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    path
}

/// A file outside of the catalog that nobody may read.
fn secret(sandbox: Sandbox) -> Sandbox {
    sandbox.file("outside/s.yaml", "k: TOP-SECRET\n")
}

// CVE-2022-24065: an address that a program takes for an option or a command.
#[test]
fn an_address_that_is_an_option_or_a_program_is_refused() {
    for url in ["--upload-pack=touch x", "ext::sh -c touch% x", "ssh://-oProxyCommand=x/y", "fd::3"]
    {
        let sandbox = template("");
        refused(&sandbox, &[&NEW[..], &["--push", url]].concat());
        assert!(!sandbox.folder().join("x").exists());
    }
}

// CVE-2025-55201 and CVE-2025-55214: templates that read and write by objects and filters.
#[test]
fn a_template_has_no_objects_or_filters_that_reach_the_disk() {
    for text in [
        "{{ _copier_conf.src_path }}",
        "{{ ('../outside/s.yaml' | realpath).read_text() }}",
        "{{ '../outside/s.yaml' | include }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ env.HOME }}",
        "{{ cycler.__init__ }}",
        "{% include '../../../outside/s.yaml' %}",
    ] {
        refused(&secret(template(text)), &NEW);
    }
}

// CVE-2026-23968, CVE-2026-24046, CVE-2026-24047: links that lead out, in chains and dangling.
#[test]
fn a_link_that_leaves_the_template_is_refused() {
    for links in [
        &[("template/l", "../../../../outside/s.yaml")][..],
        &[("template/l", "/etc/passwd")],
        &[("template/a", "b"), ("template/b", "../../../../outside/s.yaml")],
        &[("template/d", ".."), ("template/l", "d/../outside")],
        &[("template/l", "missing")],
        &[("template/a", "b"), ("template/b", "a")],
        &[("partials/l", "../../../../outside/s.yaml")],
    ] {
        let sandbox = secret(template("{% include 'l' %}"));
        for (path, target) in links {
            symlink(target, below(&sandbox, path)).unwrap();
        }
        refused(&sandbox, &NEW);
    }
}

// CVE-2026-23986: a folder that is a link takes the files of another template.
#[test]
fn nothing_is_written_through_a_link() {
    let sandbox = catalog("", &[("template/l/x.md", "written")]).folder_at("outside");
    fs::rename(below(&sandbox, "template/l"), below(&sandbox, "template/m")).unwrap();
    symlink("../../../../outside", below(&sandbox, "template/l")).unwrap();
    symlink("l", below(&sandbox, "template/{{ 'm' }}")).unwrap();
    refused(&sandbox, &NEW);
    assert_eq!(fs::read_dir(sandbox.folder().join("outside")).unwrap().count(), 0);
}

// CVE-2026-34726: a manifest names paths outside; and a name that leads there.
#[test]
fn a_path_of_a_manifest_or_an_answer_stays_inside() {
    for more in [
        "layers: [{name: ../../outside, version: ^1}]\n",
        "parameters: {properties: {n: {type: string, default: ../../x}}}\n",
        "parameters: {properties: {n: {type: string, default: /tmp/x}}}\n",
        "parameters: {properties: {n: {type: string, default: .git/hooks/post-checkout}}}\n",
        "parameters: {properties: {n: {type: string, default: .GIT}}}\n",
        "parameters: {properties: {n: {type: string, default: GIT~1/x}}}\n",
        "parameters: {properties: {n: {type: string, default: .github/workflows/x}}}\n",
        "parameters: {properties: {n: {type: string, default: .gitlab-ci}}}\n",
        "parameters: {properties: {n: {type: string, default: -rf}}}\n",
        "parameters: {properties: {n: {type: string, default: a/--checkpoint-action=exec}}}\n",
    ] {
        refused(&catalog(more, &[("template/{{ n }}.yml", "x")]), &NEW);
    }
}

// GHSA-hgjq-p8cr-gg4h and includes by link: data and whole versions from outside of the catalog.
#[test]
fn data_and_versions_are_not_read_through_links() {
    for link in ["data", "p/1.0.0/data", "p/1.0.0/data/s.yaml"] {
        let sandbox = secret(template("{{ data.s.k }}"));
        let path = sandbox.folder().join("catalog").join(link);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let target = sandbox.folder().join(if link.ends_with("yaml") {
            "outside/s.yaml"
        } else {
            "outside"
        });
        symlink(target, path).unwrap();
        refused(&sandbox, &NEW);
    }
    let sandbox = template("");
    let there = sandbox.folder().join("moved");
    fs::rename(sandbox.folder().join("catalog/p/1.0.0"), &there).unwrap();
    symlink(&there, sandbox.folder().join("catalog/p/1.0.0")).unwrap();
    refused(&sandbox, &NEW);
}

// CVE-2026-29184: a secret that is printed around the place where it is hidden.
#[test]
fn a_secret_is_printed_nowhere() {
    let token = format!("{}_{}", "ghp", "a1".repeat(18));
    let more = "parameters: {properties: {n: {type: string}}}\n";
    for form in ["json", "text"] {
        for arguments in [&["--explain"][..], &["--dry-run", "-v"], &[]] {
            let sandbox = catalog(more, &[("template/x.md.j2", "{{ n }}")]);
            let answer = format!("n={token}");
            let format = if form == "json" { &["--format", "json"][..] } else { &[] };
            let said =
                refused(&sandbox, &[&NEW[..], &["--set", &answer], arguments, format].concat());
            assert!(!said.contains(&token), "{said}");
        }
    }
}

#[test]
fn bombs_of_templates_end_at_once() {
    for text in [
        "{% set p = namespace(a='aa') %}{% set q = namespace(a='bb') %}{% for i in range(90) %}\
         {% set p.a = p.a ~ q.a %}{% set q.a = q.a ~ p.a %}{% endfor %}",
        "{% macro m(a, b) %}{% set c = a ~ b %}{{ m(c, a) }}{% endmacro %}{{ m('aa', 'bb') }}",
        "{% set n = namespace(l=[]) %}{% for i in range(90000) %}{% set n.l = [n.l] %}{% endfor %}",
        "{% macro m(n) %}{{ m([n]) }}{% endmacro %}{{ m(1) }}",
        "{% for i in [1] recursive %}{{ loop([[i]]) }}{% endfor %}",
    ] {
        refused(&template(text), &NEW);
    }
    for step in [".a", "[0]", "|upper", "+1", "~'a'", " and 1", "()"] {
        refused(&template(&format!("{{{{ name{} }}}}", step.repeat(20_000))), &NEW);
    }
    refused(&template(&"{% set x = [x] %}".repeat(50_000)), &NEW);
    let doubled = "{% set x %}{{ x }}{{ x }}{% endset %}".repeat(40);
    let more = format!(
        "parameters: {{properties: {{n: {{x-computed: \"{{% set x = 'abcd' %}}{doubled}\"}}}}}}\n"
    );
    refused(&catalog(&more, &[]), &NEW);
}

#[test]
fn bombs_of_manifests_end_at_once() {
    let many = |each: &dyn Fn(usize) -> String| (0..5000).map(each).collect::<String>();
    let chain = many(&|at| format!("    p{at}: {{x-computed: \"{{{{ p{} }}}}\"}}\n", at + 1));
    for more in [
        "[".repeat(900_000),
        "- ".repeat(400_000),
        format!("a: &a [x]\nb: [{}]\n", "*a,".repeat(200_000)),
        format!("parameters:\n  properties:\n{chain}"),
        format!(
            "files: [{{match: \"{}b{}\", ownership: seeded}}]\n",
            "{a,".repeat(9000),
            "}".repeat(9000)
        ),
        format!("files: [{{match: \"{}\", ownership: seeded}}]\n", "*".repeat(200_000)),
        "parameters: {properties: {n: {type: string, default: a, \
         pattern: \"((((a{1,100}){1,100}){1,100}){1,100})\"}}}\n"
            .to_owned(),
    ] {
        refused(&catalog(&more, &[]), &NEW);
    }
}

#[test]
fn a_pipe_or_an_endless_file_in_a_catalog_does_not_hang() {
    for (path, is_text) in
        [("catalog.yaml", true), ("p/1.0.0/golden-path.yaml", true), ("p/1.0.0/template/x", false)]
    {
        let sandbox = template("");
        let path = sandbox.folder().join("catalog").join(path);
        fs::File::create(&path)
            .unwrap()
            .set_len(if is_text { 17 << 20 } else { 20 << 30 })
            .unwrap();
        refused(&sandbox, &NEW);
    }
    let sandbox = template("");
    let pipe = below(&sandbox, "template/pipe");
    mkfifo(&pipe);
    refused(&sandbox, &NEW);
}

fn mkfifo(path: &Path) {
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}
