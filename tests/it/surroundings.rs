//! What an answer may be depends on what stands around it, even where it is a plain word.

use crate::injection::rendered_with;

/// A file, its template, and the answers `a` and `b`.
type Case<'a> = (&'a str, &'a str, &'a str, &'a str);

fn refused(cases: &[Case<'_>]) {
    let mut wrong = Vec::new();
    for (file, template, a, b) in cases {
        match rendered_with(file, template, &[("a", a), ("b", b)]) {
            Ok(text) => wrong.push(format!("taken: {file} {template} {a}: {text}")),
            Err(mistakes) if mistakes.iter().any(|it| it.code != "unsafe-text") => {
                wrong.push(format!("{file} {template}: {mistakes:?}"));
            }
            Err(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn taken(cases: &[Case<'_>]) {
    let mut wrong = Vec::new();
    for (file, template, a, b) in cases {
        if let Err(mistakes) = rendered_with(file, template, &[("a", a), ("b", b)]) {
            wrong.push(format!("refused: {file} {template} {a}: {mistakes:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `";print("PWNED")#` in UTF-7.
const HIDDEN: &str = "+ACIAOwBwAHIAaQBuAHQAKAAiAFAAVwBOAEUARAAiACkAIw-";

#[test]
fn no_answer_says_in_which_encoding_python_is_read() {
    let header = "# Owned by {{ a }}\nNAME = \"{{ b }}\"\n";
    refused(&[
        ("a.py", header, "coding:utf-7", HIDDEN),
        ("a.py", &format!("#!/usr/bin/env python3\n{header}"), "coding:utf-7", HIDDEN),
        ("bin/tool", &format!("#!/usr/bin/env python3\n{header}"), "coding:utf-7", HIDDEN),
        ("a.py", "# Team: {{ a }}\n\"\"\"The {{ a }} service.\"\"\"\n", "coding:utf-7/x", ""),
        ("a.py", "# Copyright {{ a }}. Source coding={{ b }}\n", "Acme", "utf-7"),
        ("a.py", "# Team: {{ a }}\nX = {{ b | py_str }}\n", "coding/coding:utf-7", "\";x#"),
        ("a.py", "# encoding, coding: {{ a }}\nX = {{ b | py_str }}\n", "utf-7", "\";x#"),
        ("a.py", "# coding: latin-1\nX = \"{{ a }}\"\n", "orders", ""),
    ]);
    taken(&[
        ("a.py", header, "team-orders", "orders"),
        ("a.py", header, "coding", "orders"),
        ("a.py", "# coding: utf-8\nX = {{ b | py_str }}\n", "", "it's"),
        ("a.py", "\n\n# {{ a }}\n", "coding:utf-7", ""),
        ("a.py", "# coding: latin-1\nX = 1\n", "orders", ""),
    ]);
}

#[test]
fn what_a_filter_made_of_an_answer_is_not_the_authors() {
    let other = "{% set x = '\";print(1)#' %}";
    refused(&[
        ("a.py", &format!("{other}X = \"{{{{ a | lower }}}}\""), "\";PRINT(1)#", ""),
        ("a.py", &format!("{other}X = \"{{{{ a | replace('z', 't') }}}}\""), "\";prinz(1)#", ""),
        ("a.py", &format!("{other}X = \"{{{{ [a, b] | join }}}}\""), "\";pri", "nt(1)#"),
        ("a.py", &format!("{other}X = \"{{{{ '%s)#' | format(a) }}}}\""), "\";print(1", ""),
        ("a.py", "X = \"\"\"{{ a | replace('/', '\\\\') }}\"\"\"", "/", ""),
    ]);
    taken(&[
        ("a.py", "X = {{ 'a b' | trim }}, {{ ' a b' | trim }}, {{ '(' | upper }}", "x", ""),
        ("a.py", "X = {{ ['(', ')'] | join }} {{ '()' }}", "x", ""),
    ]);
}

#[test]
fn no_answer_begins_a_program_of_what_fills_pages_and_builds() {
    for sign in ["{{", "{%", "{#", "[[", "[(", "${", "#{", "*{"] {
        let answer = format!("x {sign} y");
        refused(&[
            ("a.html", "<p>{{ a }}</p>", &answer, ""),
            ("a.html", "<p title=\"{{ a | xml_escape }}\">{{ b }}</p>", &answer, "it"),
        ]);
    }
    for sign in ["${", "$(", "@(", "%(", "#{"] {
        let answer = format!("x {sign} y");
        refused(&[
            ("pom.xml", "<name>{{ a }}</name>", &answer, ""),
            ("a.csproj", "<Description>{{ a | xml_escape }}</Description>", &answer, ""),
        ]);
    }
    refused(&[
        ("a.html", "<p>{{ a }}{{ b }}</p>", "{", "{x"),
        ("a.html", "<p><{{ a | xml_escape }}</p>", "% x %>", ""),
        ("views/index.ejs", "<h1>{{ a }}</h1>", "<%= x %>", ""),
        ("a.xsl", "<out t=\"{{ a | xml_escape }}\"/>", "{document('x')}", ""),
        ("a.ipynb", "{\"source\": [\"NAME = '{{ a }}'\\n\"]}", "';print()#", ""),
    ]);
    taken(&[
        ("a.html", "<p>{{ a | xml_escape }}</p>", "it's < 5 & {x} [1] (50 %)", ""),
        ("a.html", "<p>{{ '{{' }} name }} {{ a }}</p>", "orders", ""),
        ("pom.xml", "<a>${project.{{ a }}}</a>", "version", ""),
        ("pom.xml", "<a>{{ a | xml_escape }}</a>", "it costs $5 {x}", ""),
        ("views/index.ejs", "<h1>{{ a }}</h1>", "orders", ""),
    ]);
}

#[test]
fn a_word_is_not_read_together_with_the_signs_beside_it() {
    refused(&[
        ("a.js", "const re = /{{ a }}/.test(\"x\") && f();", "/", ""),
        ("a.js", "const re = /{{ a }}/.test(\"x\") && f();", "", ""),
        ("a.ts", "/** **{{ a }}** */ function check() {}", "///", ""),
        ("a.go", "/* src/*{{ a }} */ func init() { f() }", "///", ""),
        ("A.java", "/* log/*{{ a }} */ class A {}", "///", ""),
        ("a.rs", "/* *{{ a }}* */ fn check() {}", "/", ""),
        ("a.rs", "/* {{ a }}* */ fn check() {}", "/", ""),
        ("a.js", "const neg = -{{ a }};", "-count", ""),
        ("a.js", "const neg = {{ a }}-1;", "count-", ""),
        ("A.java", "// Windows: C:\\{{ a }}\nclass A {}", "u000a@Deprecated", ""),
        ("A.java", "/** C:\\{{ a }} */ class A {}", "u002a/@Deprecated//", ""),
        ("A.java", "// \\u00{{ a }}\nclass A {}", "0a@Deprecated", ""),
        ("a.py", "x = r\"C:\\{{ a }}\"", "", ""),
        ("a.js", "x = \"\\{{ a }}\"", "x41", ""),
        ("a.py", "x = \"{{ a }}\"\"y\"", "", ""),
    ]);
    taken(&[
        ("a.js", "const url = \"https://{{ a }}/x\" + `//{{ a }}/*`;", "/x/", ""),
        ("a.js", "// see https://{{ a }}/docs, **{{ a }}**\nf();", "/x/", ""),
        ("a.go", "import \"github.com/{{ a }}/x\"", "acme/", ""),
        ("a.js", "const neg = -{{ a }} / 2; const s = '--{{ a }}';", "count", ""),
        ("a.py", "x = \"{{ a }}\" \"\"\"{{ a }}\"\"\" '{{ a }}'", "", ""),
        ("a.js", "x = \"\\\\{{ a }}\\n\"", "x41", ""),
        ("A.java", "// {{ a }}\nString x = \"\\u0022\\\\{{ a }}\";", "u0022", ""),
        ("a.rs", "/// [x](https://{{ a }}/y)\nfn check() {}", "acme.example/", ""),
        ("a.ps1", "cd C:\\apps\\{{ a }}", "orders", ""),
    ]);
}
