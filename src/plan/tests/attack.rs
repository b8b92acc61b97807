//! What hostile templates and hostile answers come to.

use super::*;

#[test]
fn attacks_of_templates_end_quickly_with_an_error() {
    for template in [
        "{% include '../../etc/passwd' %}",
        "{% include '/etc/passwd' %}",
        "{% include 'link' %}",
        "{% include 'template/x' %}",
        "{% import '../x' as x %}",
        "{% extends '/etc/passwd' %}",
        "{{ 'a' | indent(1000000000) }}",
        "{{ ('\n' * 90000000) | indent(64) }}",
        "{{ '%100000000d' | format(1) }}",
        "{{ 'aaaaaaaaaa' * 1000000000 }}",
        "{% for i in range(1000000000) %}x{% endfor %}",
        "{% for i in range(99999) %}{% for j in range(99999) %}x{% endfor %}{% endfor %}",
        "{% set ns = namespace(x='aaaa') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{% set x = 'a' ~ name %}{% set x = x ~ x %}{% set x = x ~ x %}{% set x = x ~ x %}{% set x = x ~ x %}{% set x = x ~ x %}",
        "{% macro m(s) %}{{ m(s ~ s) }}{% endmacro %}{{ m('a') }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include 'self' %}",
        "{{ ''.__class__ }}",
        "{{ name.__class__.__mro__ }}",
        "{{ name | attr('x') }}",
        "{{ name.path }}",
        "{{ name.open('/etc/passwd') }}",
        "{{ name | safe }}",
        "{{ debug() }}",
        "{% autoescape false %}{{ name }}{% endautoescape %}",
        "{{ loop }}",
        "{{ range }}",
        "{{ none }}",
    ] {
        let path = sketch("p")
            .file("template/x.md.j2", template)
            .file("partials/self", "{% include 'self' %}")
            .entry("partials/link", Mode::Link, "/etc/passwd");
        let mistakes = planned(&[path]).expect_err(template);
        assert!(!mistakes[0].message.is_empty(), "{template}");
        assert!(!format!("{mistakes:?}").contains("8080"), "{template}");
    }
}

#[test]
fn a_literal_that_a_filter_took_apart_is_a_literal_no_more() {
    let mut taken = Vec::new();
    for (file, template) in [
        ("a.sh", "echo {{ v | sh_quote | replace(\"'\", '') }}"),
        ("a.sh", "echo {{ (v | sh_quote | split(\"'\"))[1] }}"),
        ("a.sh", "echo {{ (v | sh_quote)[1:-1] }}"),
        ("a.sh", "echo {{ v | sh_quote | trim(\"'\") }}"),
        ("a.sh", "echo {{ v | sh_quote | list | join }}"),
        ("a.sh", "echo {{ v | sh_quote | reverse }}"),
        ("a.sh", "echo {{ v | sh_quote ~ v }}"),
        ("a.sh", "echo {{ ['a', 'b'] | map('sh_quote') | join(v) }}"),
        ("a.sh", "echo {% set x %}{{ v }}{% endset %}{{ x }}"),
        ("a.sh", "{% macro m(x) %}{{ x }}{% endmacro %}echo {{ m(v) }}"),
        ("a.sh", "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ v }}{% endcall %}"),
        ("a.sh", "{% filter sh_quote %}{{ v }}{% endfilter %}"),
        ("a.sh", "echo {{ 'x' | sh_quote | replace('x', v) }}"),
        ("a.sh", "{% autoescape false %}{{ v }}{% endautoescape %}"),
        ("a.sh", "{% autoescape 'html' %}{{ v }}{% endautoescape %}"),
        ("a.sh", "echo {{ v | to_json }}"),
        ("a.sh", "echo \"{{ v | sh_quote }}\""),
        ("a.sh", "{% include 'print' %}"),
        ("a.sh", "{% from 'lib' import m %}{{ m(v) }}"),
        ("a.yml", "k: {{ v | to_yaml | replace('\"', '') }}"),
        ("a.yml", "k: {{ (v | to_yaml)[1:-1] }}"),
        ("a.yml", "k: {{ v | to_yaml | upper }}"),
        ("a.yml", "{% filter upper %}k: {{ v }}{% endfilter %}"),
        ("a.yml", "{% set x %}K{% endset %}{{ x | replace('K', v) }}: 1"),
        ("a.yml", "k: x{{ v | sh_quote }}: 1"),
        ("a.yml", "{% set x %}k: {{ v }}{% endset %}{{ x | trim | indent(2) }}"),
        ("a.yml", "{% include 'print' %}: {{ v }}"),
        ("a.sh", "{% for c in v %}{{ c }}{% endfor %}{{ ['(', ')', '$', ' ', '#'] | join }}"),
        ("a.yml", "{% if v == 'a: $(id) #' %}{{ v }}: 1{% endif %}"),
    ] {
        let path = sketch("p")
            .answer("v", "a: $(id) #")
            .file(&format!("template/{file}.j2"), template)
            .file("partials/print", "{{ v }}")
            .file("partials/lib", "{% macro m(x) %}{{ x }}{% endmacro %}");
        if let Ok(plan) = planned(&[path]) {
            taken.push((template, text(&plan, file)));
        }
    }
    assert!(taken.is_empty(), "{taken:#?}");
}

#[test]
fn answers_with_control_characters_are_refused_by_name() {
    for text in ["a\nb", "a\tb", "a\0", "\u{1b}[31m", "a\u{2028}b", "\u{202e}"] {
        let error = planned(&[sketch("p").answer("title", text)]).unwrap_err();
        assert!(error[0].message.contains("`title`"), "{error:?}");
    }
    let mut path = sketch("p").answer("title", "a\nb").file("template/a.md.j2", "{{ title }}");
    path.lines.insert("title".to_owned());
    assert_eq!(text(&planned(&[path]).unwrap(), "a.md"), "a\nb");
}

#[test]
fn lines_of_an_answer_in_a_comment_change_nothing_around_it() {
    let with = |file: &str, template: &str, note: &str| {
        let mut path =
            sketch("p").answer("note", note).file(&format!("template/{file}.j2"), template);
        path.lines.insert("note".to_owned());
        planned(&[path])
    };
    let toml = "[a]\nx = 1\n\n[a.b]\ny = 1 # {{ note }}\n";
    let yaml = "a: 1\nb: 2 # {{ note }}\nc: 3\n";
    for (file, template, note) in [
        // The table stands twice, the document ends.
        ("a.toml", toml, "n\n[a]"),
        ("a.toml", toml, "n\n[a.b]"),
        ("a.yaml", yaml, "n\n..."),
        ("a.yaml", yaml, "n\n---"),
        ("a.yaml", yaml, "n\na: 2"),
    ] {
        assert!(with(file, template, note).is_err(), "{note}");
    }
    assert!(with("a.toml", toml, "n: [a]").is_ok());
    assert!(with("a.yaml", yaml, "n ... ---").is_ok());
}

#[test]
fn a_mistake_below_is_not_the_fault_of_the_answer_above() {
    let template = "a: {{ title | to_yaml }}\nb: 1\nc: [\n";
    let path = sketch("p").answer("title", "x: y").file("template/a.yaml.j2", template);
    assert!(planned(&[path]).is_ok());
}

#[test]
fn a_path_of_answers_stays_inside_and_hides_nothing() {
    for name in ["../x", "/etc", "a/../../b", ".git", "a:b", "x/.github", ".github", ""] {
        let path = sketch("p").answer("name", name).file("template/{{ name }}/x", "");
        let plan = planned(&[path]);
        match name {
            "" => assert!(plan.unwrap().files.is_empty()),
            name => assert!(plan.is_err(), "{name}"),
        }
    }
    assert!(planned(&[sketch("p").file("template/flagstone.lock", "")]).is_err());
    assert!(planned(&[sketch("p").file("template/A", "").file("template/a", "")]).is_err());
}

#[test]
fn a_printed_key_takes_no_neighbours_place() {
    for (file, template) in
        [("a.json", "{\"admin\": 1, \"{{ v }}\": 2}"), ("a.yml", "admin: 1\n{{ v }}: 2\n")]
    {
        let with = |v: &str| {
            let path = sketch("p").answer("v", v).file(&format!("template/{file}.j2"), template);
            planned(&[path])
        };
        assert!(with("admin").is_err() && with("user").is_ok(), "{file}");
    }
}

#[test]
fn a_workflows_script_takes_literals_and_a_workflows_data_takes_texts() {
    let workflow = "name: [[ title | to_yaml ]]\non: push\njobs:\n  a:\n    steps:\n      - run: |\n          \
        echo [[ title | sh_quote ]] \"${{ github.sha }}\"\n";
    let path = sketch("p")
        .file("template/.github/workflows/a.yml.j2", workflow)
        .rule("**", |it| it.syntax = Some(Syntax::Brackets));
    let plan = planned(&[path.clone().answer("title", "It's: $(id)")]).unwrap();
    let text = text(&plan, ".github/workflows/a.yml");
    assert!(text.contains("name: \"It's: $(id)\"\n"), "{text}");
    assert!(text.contains("echo 'It'\\''s: $(id)' \"${{ github.sha }}\"\n"), "{text}");
    assert!(planned(&[path.answer("title", "${{ github.token }}")]).is_err());
}

#[test]
fn a_refused_answer_is_named_with_its_place_and_the_filter_to_use() {
    let path = sketch("p")
        .answer("title", "a: b #")
        .answer("other", "c: d #")
        .file("template/a.yml.j2", "x: 1\nk: {{ title }}\nl: '{{ other }}'\nm: {{ other ~ '!' }}\n")
        .file("template/b.sh.j2", "echo {{ title }}\n")
        .file("template/c.rs.j2", "const A: &str = \"{{ title | rust_str }}\";\n")
        .file("template/d.sql.j2", "{{ title | upper }}");
    insta::assert_snapshot!(mistakes(path), @r#"
    unsafe-text p@1.0.0: template/a.yml.j2:2:7: the answer `title` is not safe in this place of a YAML file: it would change what the file says (write `{{ title | to_yaml }}`, without quotes around it)
    unsafe-text p@1.0.0: template/a.yml.j2:4:7: `other ~ '!'` is not safe in this place of a YAML file: it would change what the file says (write `{{ (other ~ '!') | to_yaml }}`, without quotes around it)
    unsafe-text p@1.0.0: template/b.sh.j2:1:9: the answer `title` is not safe in a shell script (write `{{ title | sh_quote }}`, without quotes around it)
    unsafe-text p@1.0.0: template/c.rs.j2:1:29: the answer `title` is not safe in a string of Rust code (no quotes around it, and what is joined to it inside: `{{ ("before " ~ title) | rust_str }}`)
    unsafe-text p@1.0.0: template/d.sql.j2:1:12: `title | upper` is not safe in code (only letters, digits and `. _ / @ : + -` may be printed here)
    "#);
}

#[test]
fn a_list_that_is_a_command_line_takes_texts_but_where_a_shell_reads_them() {
    let hostile = "it's $(touch x)";
    let with = |file: &str, template: &str| {
        let path = sketch("p").answer("v", hostile).file(&format!("template/{file}.j2"), template);
        planned(&[path]).is_ok()
    };
    for (file, template) in [
        ("compose.yaml", "a:\n  command: [\"node\", \"server.js\", {{ v | to_yaml }}]\n"),
        ("compose.yaml", "a:\n  test: [\"CMD\", \"curl\", \"--title={{ v }}\"]\n"),
        (
            "compose.yaml",
            "a:\n  command:\n    - sh\n    - -c\n    - |\n      echo {{ v | sh_quote }}\n",
        ),
        ("k8s.yaml", "a:\n  command: [app]\n  args: [{{ v | to_yaml }}]\n"),
        ("k8s.yaml", "a:\n  command: [sh, -c]\n  args:\n    - |\n      echo {{ v | sh_quote }}\n"),
        ("k8s.yaml", "a:\n  command: [sh, -c, 'echo \"$1\"', _, {{ v | to_yaml }}]\n"),
    ] {
        assert!(with(file, template), "{file}: {template}");
    }
    for (file, template) in [
        ("compose.yaml", "a:\n  command: [sh, -c, {{ v | to_yaml }}]\n"),
        ("compose.yaml", "a:\n  command: [node, -e, {{ v | to_yaml }}]\n"),
        ("compose.yaml", "a:\n  entrypoint: [sh, -c]\n  command: [{{ v | to_yaml }}]\n"),
        ("compose.yaml", "a:\n  test: [CMD-SHELL, {{ v | to_yaml }}]\n"),
        ("compose.yaml", "a:\n  command: {{ v | to_yaml }}\n"),
        ("compose.yaml", "a:\n  dockerfile_inline: {{ v | to_yaml }}\n"),
        ("k8s.yaml", "a:\n  command: [sh, -c, \"echo {{ v }}\"]\n"),
        ("k8s.yaml", "a:\n  command: [sh, -c]\n  args: [\"echo {{ v }}\"]\n"),
        ("k8s.yaml", "command: [sh, -c]\nargs: [\"echo {{ v }}\"]\n"),
        ("k8s.json", "{\"command\": [\"/bin/bash\", \"-ec\", \"echo {{ v }}\"]}"),
        ("a.toml", "x = [\"sh\", \"-c\", \"echo {{ v }}\"]"),
    ] {
        assert!(!with(file, template), "{file}: {template}");
    }
}

#[test]
fn a_text_that_a_runner_puts_into_a_script_is_harmless() {
    let with = |answer: &str, template: &str| {
        let path = sketch("p")
            .answer("v", answer)
            .file("template/.github/workflows/a.yml.j2", template)
            .rule("**", |it| it.syntax = Some(Syntax::Brackets));
        planned(&[path]).is_ok()
    };
    let step = |text: &str| format!("jobs:\n  a:\n    steps:\n      - run: {text}\n");
    for (head, run, is_safe) in [
        ("env: {D: [[ v | to_yaml ]]}", "echo \"${{ env.D }}\"", false),
        ("env: {D: [[ v | to_yaml ]]}", "echo \"${{ env['D'] }}\"", false),
        ("env: {D: [[ v | to_yaml ]]}", "echo '${{ toJSON(env) }}'", false),
        ("env: {D: [[ v | to_yaml ]]}", "echo \"$D\" ${{ env.E }}", true),
        ("x: {matrix: {n: [ [[ v | to_yaml ]] ]}}", "echo ${{ matrix.n }}", false),
        (
            "on: {workflow_dispatch: {inputs: {m: {default: [[ v | to_yaml ]]}}}}",
            "echo ${{ inputs.m }}",
            false,
        ),
        (
            "on: {workflow_dispatch: {inputs: {m: {description: [[ v | to_yaml ]]}}}}",
            "echo ${{ inputs.m }}",
            true,
        ),
        ("name: [[ v | to_yaml ]]", "echo ${{ env.D }}", true),
        ("x: {options: --health-cmd [[ v | to_yaml ]]}", "echo", false),
        ("x: {with: {inlineScript: [[ v | to_yaml ]]}}", "echo", false),
        ("x: {with: {build-command: [[ v | to_yaml ]]}}", "echo", false),
        ("x: {with: {description: [[ v | to_yaml ]]}}", "echo", true),
    ] {
        let template = format!("{head}\n{}", step(run));
        assert_eq!(with("a $(touch x)", &template), is_safe, "{template}");
        if !head.contains("options") {
            assert!(with("plain", &template), "{template}");
        }
    }
}

#[test]
fn an_answer_opens_no_expression_of_the_system_that_runs_a_file() {
    for (file, template, opener) in [
        ("Taskfile.yml", "a: {cmds: [ [[ v | sh_quote | to_yaml ]] ]}\n", "{{printf 1}}"),
        ("Taskfile.yml", "a:\n  cmds:\n    - |\n      echo [[ v | sh_quote ]]\n", "{{printf 1}}"),
        ("mise.toml", "x = [[ v | to_toml ]]\n", "{{ exec(command='x') }}"),
        (
            ".gitlab-ci.yml",
            "a:\n  script:\n    - |\n      echo [[ v | sh_quote ]]\n",
            "$[[ inputs.x ]]",
        ),
        (".circleci/config.yml", "a: [[ v | to_yaml ]]\n", "<< pipeline.id >>"),
        ("azure-pipelines.yml", "a: [[ v | to_yaml ]]\n", "${{ variables.x }}"),
    ] {
        let with = |answer: &str| {
            let path = sketch("p")
                .answer("v", answer)
                .file(&format!("template/{file}.j2"), template)
                .rule("**", |it| it.syntax = Some(Syntax::Brackets));
            planned(&[path]).is_ok()
        };
        assert!(!with(opener), "{template}");
        if !template.contains("sh_quote | to_yaml") {
            assert!(with("it's $(touch x)"), "{template}");
        }
    }
}
