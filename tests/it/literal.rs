//! Literals in programs, read by the languages themselves: what a render accepts says exactly the
//! answer and runs nothing of it, and what is known to be dangerous is refused.
//!
//! A language whose interpreter is not there is not asked.

use std::{
    collections::BTreeMap,
    io::Write as _,
    process::{Command, Stdio},
};

use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};

use crate::injection::rendered;

/// Answers that mean harm to one language or another; each would make a file `PWNED`.
const HOSTILE: [&str; 12] = [
    "{__import__('os').system('touch PWNED')}",
    "\";__import__('os').system('touch PWNED')#",
    "'''\nopen('PWNED','w')\n'''",
    "\"\"\"\nopen('PWNED','w')\n\"\"\"",
    "/;require('fs').writeFileSync('PWNED','')//",
    "${require('fs').writeFileSync('PWNED','')}",
    "`;require('fs').writeFileSync('PWNED','')//",
    "*/require('fs').writeFileSync('PWNED','')/*",
    "data:text/javascript,process.exit(1)",
    "$(touch PWNED) `touch PWNED`",
    "it's \"x\" \\ <b> \\u0022 {} %s",
    "\n# $x\\",
];

/// What reads programs on its standard input, as a list in JSON, and says for each of its texts
/// whether it is read whole: how many literals say the answer, or nothing where it is no program.
const PYTHON: &str = "
import ast, io, json, sys, tokenize
given = json.load(sys.stdin)
def count(text):
    try:
        compile(text, 'x', 'exec')
        tokens = list(tokenize.generate_tokens(io.StringIO(text, newline='').readline))
    except Exception:
        return None
    return sum(it.type == tokenize.STRING and it.string == given['literal'] for it in tokens)
print(json.dumps([count(it) for it in given['programs']]))
";
const NODE: &str = "
const acorn = require('internal/deps/acorn/acorn/dist/acorn');
const given = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const count = text => {
  const tokens = [];
  try {
    acorn.parse(text, {ecmaVersion: 'latest', sourceType: 'module', onToken: tokens});
  } catch { return null; }
  return tokens.filter(it => text.slice(it.start, it.end) === given.literal).length;
};
console.log(JSON.stringify(given.programs.map(count)));
";

/// What a program prints on its standard output, where it is there at all.
fn output(program: &str, arguments: &[&str], input: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    // One that ends early reads no more.
    let _broken_pipe = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    assert!(!folder.path().join("PWNED").exists(), "{program} ran an answer: {input}");
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

/// Runs every template with every answer as one program; each must print the answers.
fn printed(program: &str, file: &str, (begin, end): (&str, &str), templates: &[&str]) {
    if output(program, &["-"], "").is_none() {
        return;
    }
    for template in templates {
        let all: Vec<_> = HOSTILE
            .iter()
            .map(|answer| rendered(file, &format!("{begin}{template}{end}"), answer).unwrap())
            .collect();
        let shown = output(program, &["-"], &all.join("\n"));
        let expected: Vec<_> = HOSTILE.iter().map(|answer| json!(answer).to_string()).collect();
        let shown: Vec<String> = shown
            .unwrap_or_else(|| panic!("{template}: {}", all.join("\n")))
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap().to_string())
            .collect();
        assert_eq!(shown, expected, "{template}");
    }
}

fn refused(file: &str, templates: &[&str]) {
    for template in templates {
        for answer in HOSTILE {
            let rendered = rendered(file, template, answer);
            let mistakes = rendered.expect_err(&format!("{file}: {template}"));
            assert!(mistakes[0].help.is_some(), "{template}");
            assert_eq!(mistakes[0].code, "unsafe-text", "{template}");
        }
    }
}

#[test]
fn python_prints_the_answer_where_a_literal_is_accepted() {
    let around = ("import json\ndef p(x): print(json.dumps(x))\n", "\n");
    let templates = [
        "p({{ v | py_str }})",
        "p([{{ v | py_str }}][0])",
        "x = {{ v | py_str }}\np(x)",
        "p({'a': {{ v | py_str }}}['a'])",
        "p(f\"{1}{'b'}\"[:0] + {{ v | py_str }})",
        "def f(x={{ v | py_str }}):\n    '''it's \" a'''\n    return x\np(f())",
        "p('' {{ v | py_str }} \"\")",
        "match {{ v | py_str }}:\n    case {{ v | py_str }}: p({{ v | py_str }})  # it's",
    ];
    printed("python3", "a.py", around, &templates);
    refused(
        "a.py",
        &[
            "x = f{{ v | py_str }}",
            "x = rb{{ v | py_str }}",
            "x = \"\"{{ v | py_str }}",
            "x = f\"{ {{ v | py_str }} }\"",
            "x = f'''{{ v | py_str }}'''",
            "x = '''{{ v | py_str }}'''",
            "x = \"\"\"\n{{ v | py_str }}\n\"\"\"",
            "# {{ v | py_str }}",
            "x = \"{{ v | py_str }}\"",
            "{% set x %}f{{ v | py_str }}{% endset %}{{ x }}",
            "{% macro m(x) %}f{{ x }}{% endmacro %}{{ m(v | py_str) }}",
        ],
    );
}

#[test]
fn node_prints_the_answer_where_a_literal_is_accepted() {
    let around = ("{ const p = it => console.log(JSON.stringify(it));\n", "\n}");
    let templates = [
        "p({{ v | js_str }});",
        "p({{ v | to_json }});",
        "p([{{ v | js_str }}][0]);",
        "const x = {a: {{ v | js_str }}}; p(x.a);",
        "p(`${ {{ v | js_str }} }`);",
        "p(`'${`\\`${ {a: {{ v | js_str }}}.a }`.slice(1)}`.slice(1)); // `",
        "p(/[/'\"]/.test('/') ? {{ v | js_str }} : 1 / 2);",
        "const f = (x = {{ v | js_str }}) => { return x }; p(f());",
        "switch ({{ v | js_str }}) { case {{ v | js_str }}: p({{ v | js_str }}); }",
    ];
    for file in ["a.js", "a.ts"] {
        printed("node", file, around, &templates);
        refused(
            file,
            &[
                "x = /{{ v | js_str }}/",
                "x = a ? /[/{{ v | js_str }}]/ : 1",
                "x = `{{ v | js_str }}`",
                "x = `${`{{ v | js_str }}`}`",
                "x = '{{ v | js_str }}'",
                "/* {{ v | js_str }} */",
                "// {{ v | to_json }}",
                "import x from {{ v | js_str }}",
                "await import({{ v | js_str }})",
                "x = ''{{ v | js_str }}",
                "x = {{ v | js_str }}``",
            ],
        );
    }
    refused(
        "a.tsx",
        &[
            "x = <p title={{ v | js_str }}/>",
            "x = <p title=\"{{ v | js_str }}\"/>",
            "x = <p>{{ v | js_str }}</p>",
            "x = <p {{ v | js_str }}/>",
        ],
    );
    let element = "x = <p title={ {{ v | js_str }} }>{ {{ v | js_str }} }</p>";
    assert!(rendered("a.tsx", element, HOSTILE[0]).is_ok());
}

#[test]
fn compiled_languages_take_no_literal_where_it_is_read_as_something_else() {
    refused(
        "a.rs",
        &[
            "const A: &str = r#{{ v | rust_str }}#;",
            "const A: &str = r#\"{{ v | rust_str }}\"#;",
            "// {{ v | rust_str }}",
            "/* /* */ {{ v | rust_str }} */",
            "fn f() { println!({{ v | rust_str }}) }",
            "const A: &[u8] = b{{ v | rust_str }};",
        ],
    );
    refused(
        "a.go",
        &["x := `{{ v | go_str }}`", "//go:generate {{ v | go_str }}", "/*\n{{ v | go_str }}*/"],
    );
    refused(
        "A.java",
        &[
            "x = \"\"\"\n{{ v | java_str }}\n\"\"\";",
            "// {{ v | java_str }}",
            "x = \"{{ v | java_str }}\";",
            "x = \\u0022{{ v | java_str }}\\u0022;",
        ],
    );
    for (file, template) in [
        ("a.rs", "const A: &str = {{ v | rust_str }}; fn f<'a>() { g({{ v | rust_str }}, '\"') }"),
        ("a.go", "const a = {{ v | go_str }} // it's `\n"),
        ("A.java", "String a = \"\"\"\n a \" b\"\"\" + {{ v | java_str }};"),
    ] {
        for answer in HOSTILE {
            rendered(file, template, answer).unwrap_or_else(|_| panic!("{template}"));
        }
    }
}

#[test]
fn random_programs_are_read_as_the_language_reads_them() {
    const PYTHON_PARTS: &[&str] = &[
        "x = ", "f", "rb", "r", "'", "\"", "'''", "\"\"\"", "\\", "\n", "#", "{", "}", "{{", "(",
        ")", "[", "]", " ", ", ", " + ", "a", "1", "é", "@", "@", "@",
    ];
    const JAVASCRIPT_PARTS: &[&str] = &[
        "x = ", "/", "/", "'", "\"", "`", "`", "${", "}", "{", "(", ")", "[", "]", "\\", "\n",
        "//", "/*", "*/", " ", ", ", " + ", "a", "1", "if (a) ", "return ", "++", ";", "<", "@",
        "@", "@",
    ];
    let python_arguments = ["-c", PYTHON];
    let node_arguments = ["--expose-internals", "-e", NODE];
    let accepted = agree("a.py", "py_str", PYTHON_PARTS, ("python3", &python_arguments));
    assert!(accepted.is_none_or(|it| it > 10), "{accepted:?}");
    // Node knows no elements.
    let parts: Vec<_> = JAVASCRIPT_PARTS.iter().copied().filter(|it| *it != "<").collect();
    for (file, parts) in [("a.ts", JAVASCRIPT_PARTS), ("a.js", &parts)] {
        let accepted = agree(file, "js_str", parts, ("node", &node_arguments));
        assert!(accepted.is_none_or(|it| it > 10), "{file}: {accepted:?}");
    }
}

/// Makes programs of fragments, with an answer at `@`. Where one is accepted, and the language takes
/// it for a program, each literal of it is one for the language too. Says how many were compared.
fn agree(
    file: &str,
    filter: &str,
    fragments: &[&'static str],
    (program, arguments): (&str, &[&str]),
) -> Option<usize> {
    let answer = "it's \"x\" ${1} {2} \\ /*";
    let literal = rendered(file, &format!("{{{{ v | {filter} }}}}"), answer).unwrap();
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let parts = prop::collection::vec(prop::sample::select(fragments.to_vec()), 1..9);
    let mut programs: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..6_000 {
        let template = parts.new_tree(&mut runner).unwrap().current().concat();
        let written = format!("{{% raw %}}{template}{{% endraw %}}");
        let tag = format!("{{% endraw %}}{{{{ v | {filter} }}}}{{% raw %}}");
        if let Ok(text) = rendered(file, &written.replace('@', &tag), answer) {
            programs.insert(text, template.matches('@').count());
        }
    }
    programs.retain(|_, literals| *literals > 0);
    let given = json!({"literal": literal, "programs": programs.keys().collect::<Vec<_>>()});
    let said = output(program, arguments, &given.to_string())?;
    let said: Vec<Option<usize>> = serde_json::from_str(&said).unwrap();
    let all = || programs.iter().zip(&said);
    let wrong: Vec<_> =
        all().filter(|((_, literals), it)| it.is_some_and(|it| it != **literals)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    Some(said.iter().flatten().count())
}
