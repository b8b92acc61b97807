//! Literals in scripts, read by the shells themselves: what a render accepts hands on exactly the
//! answer and runs nothing of it, and what is known to be dangerous is refused.
//!
//! A shell or a `make` that is not there is not asked.

use std::{
    collections::BTreeSet,
    process::{Command, Stdio},
};

use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use flagstone::diag::Diagnostic;

use crate::injection::rendered;

/// Answers that mean harm to one place or another; each would make a file `PWNED`.
const HOSTILE: [&str; 14] = [
    "$(touch PWNED)`touch PWNED`",
    "'; touch PWNED; '",
    "\"; touch PWNED; \"",
    "\nE\ntouch PWNED\n: #",
    ") ; touch PWNED; (",
    "} ; touch PWNED; {",
    "\\'; touch PWNED; \\'",
    "a[$(touch PWNED)]",
    ";; *) touch PWNED ;; esac; touch PWNED",
    "]] ; touch PWNED",
    "touch PWNED",
    "`touch PWNED`'\\",
    "\n\ttouch PWNED\n",
    "x' PWNED ${PWNED:-$(touch PWNED)}",
];

/// `p` writes its first argument down, so that it is seen wherever it was called.
const PRELUDE: &str = "p() { printf '%s\\0' \"$1\" >> SEEN; }\n";

/// What a script handed to `p`; nothing where the program is not there.
fn seen(program: &str, script: &str) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("Makefile"), script).unwrap();
    Command::new(program)
        .args((program != "make").then_some("Makefile"))
        .current_dir(&folder)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .ok()?;
    let mut files: BTreeSet<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(!files.contains("PWNED"), "{program} ran an answer:\n{script}");
    let text = match files.remove("SEEN") {
        true => std::fs::read_to_string(folder.path().join("SEEN")).unwrap(),
        false => String::new(),
    };
    Some(text.split_terminator('\0').map(str::to_owned).collect())
}

/// Renders a template with each answer, and has each shell run it: it must see each answer `times`.
fn runs(template: &str, times: usize, shells: &[&str]) {
    for answer in HOSTILE {
        let script = rendered("a.sh", &format!("{PRELUDE}{template}\n"), answer);
        let script = script.unwrap_or_else(|it| panic!("{template}: {it:?}"));
        for shell in shells {
            let Some(seen) = seen(shell, &script) else { continue };
            assert_eq!(seen, vec![answer; times], "{shell}: {script}");
        }
    }
}

fn refused(file: &str, templates: &[&str]) {
    for template in templates {
        for answer in HOSTILE.into_iter().filter(|it| !it.contains('\n')) {
            let mistakes = rendered(file, template, answer);
            let mistakes = mistakes.expect_err(&format!("{file}: {template}"));
            assert_eq!(mistakes[0].code, "unsafe-text", "{template}");
            assert!(mistakes[0].help.is_some(), "{template}");
        }
    }
}

#[test]
fn shells_see_the_answer_where_a_literal_is_accepted() {
    for (template, times) in [
        ("p {{ v | sh_quote }}", 1),
        ("X={{ v | sh_quote }}\np \"$X\"", 1),
        ("X={{ v | sh_quote }} Y=\"b\"; p \"$X\"; p {{ v | sh_quote }}", 2),
        ("[ {{ v | sh_quote }} = x ] || p {{ v | sh_quote }}", 1),
        ("case {{ v | sh_quote }} in\n {{ v | sh_quote }}) p {{ v | sh_quote }} ;;\nesac", 1),
        ("y=$(case a in a) p {{ v | sh_quote }};; esac)", 1),
        ("cat <<'E' <<-F\n$( ' \"\nE\n\t\\` '\n\tF\np {{ v | sh_quote }}", 1),
        ("f() { p {{ v | sh_quote }}; }; f # it's", 1),
        ("for x in {{ v | sh_quote }} \\\n  {{ v | sh_quote }}; do p \"$x\"; done", 2),
        ("(p {{ v | sh_quote }}) && { p {{ v | sh_quote }}; } | cat", 2),
        ("x=$((1 << 2)); p {{ v | sh_quote }} # <<E", 1),
        ("set -- {{ v | sh_quote }}; p \"$1\"", 1),
    ] {
        runs(template, times, &["bash", "dash", "zsh", "ksh"]);
    }
    // What else `p` is called with is no answer.
    for template in [
        "p \"$(p {{ v | sh_quote }}; echo \"it's\")\" > /dev/null; : \"$(p 'x')\"",
        "cat <<E > {{ v | sha256 }}\nit's $(p {{ v | sha256 }}\n)\nE\np {{ v | sh_quote }}",
        "p \"${y:-its}\" >/dev/null; sh -c 'exit' _ {{ v | sh_quote }}; p {{ v | sh_quote }}",
    ] {
        let script = rendered("a.sh", &format!("{PRELUDE}{template}\n"), HOSTILE[0]).unwrap();
        for shell in ["bash", "dash"] {
            let Some(seen) = seen(shell, &script) else { continue };
            assert!(seen.iter().any(|it| it == HOSTILE[0]), "{shell}: {script}");
        }
    }
    for (template, times) in [
        ("a=(x {{ v | sh_quote }}); p \"${a[1]}\"", 1),
        ("[[ x =~ (a|b) || {{ v | sh_quote }} == x ]] || p {{ v | sh_quote }}", 1),
        ("for ((i = 0; i < 1; i++)); do p {{ v | sh_quote }}; done", 1),
        ("declare -a b=({{ v | sh_quote }}); local_=1; p \"${b[0]}\"", 1),
        ("while read -r x; do p {{ v | sh_quote }}; done < <(echo {{ v | sh_quote }} | wc -w)", 1),
    ] {
        runs(template, times, &["bash"]);
    }
    let here = "p \"$(cat <<< {{ v | sh_quote }}; echo -n z)\" > /dev/null";
    let script = rendered("a.bash", &format!("{PRELUDE}{here}\n"), HOSTILE[0]).unwrap();
    assert!(seen("bash", &script).is_none_or(|it| it.len() == 1), "{script}");
}

#[test]
fn shells_take_no_literal_where_it_is_read_as_something_else() {
    refused(
        "a.sh",
        &[
            "echo \"{{ v | sh_quote }}\"",
            "echo '{{ v | sh_quote }}'",
            "echo \"$(echo \"{{ v | sh_quote }}\")\"",
            "cat <<E\n{{ v | sh_quote }}\nE",
            "cat <<'E'\n{{ v | sh_quote }}\nE",
            "echo ${{ v | sh_quote }}",
            "echo \\{{ v | sh_quote }}",
            "echo `echo {{ v | sh_quote }}`",
            "echo ${x:-{{ v | sh_quote }}}",
            "echo $((1 + {{ v | sh_quote }}))",
            "# {{ v | sh_quote }}",
            "eval {{ v | sh_quote }}",
            "trap {{ v | sh_quote }} EXIT",
            "alias x={{ v | sh_quote }}",
            "bash -c {{ v | sh_quote }}",
            "echo {{ v | sh_quote }} | sh",
            "[ {{ v | sh_quote }} -eq 1 ]",
            "a[{{ v | sh_quote }}]=1",
            "echo {{ v | sh_quote }} '",
        ],
    );
}

#[test]
fn dockerfiles_take_literals_of_the_right_kind_alone() {
    refused(
        "Dockerfile",
        &[
            "CMD [\"echo\", {{ v | sh_quote }}]",
            "CMD [\"echo\", \"{{ v | to_json }}\"]",
            "CMD [\"echo\", \"{{ v }}\"]",
            "CMD [\"sh\", \"-c\", {{ v | to_json }}]",
            "RUN echo {{ v | to_json }}",
            "ENV A={{ v | to_json }}",
            "RUN <<E\necho {{ v | sh_quote }}\nE",
            "COPY {{ v | sh_quote }} /x",
            "CMD {{ [v] | to_json }}",
        ],
    );
    for answer in HOSTILE.into_iter().filter(|it| !it.contains('\n')) {
        for template in [
            "RUN echo {{ v | sh_quote }} \\\n  # it's\n  && echo {{ v | sh_quote }}",
            "CMD [\"echo\", {{ v | to_json }}]",
            "ENV A={{ v | sh_quote }} B=\"c\"\nLABEL d={{ v | sh_quote }}\nARG E={{ v | sh_quote }}",
            "HEALTHCHECK --interval=1s CMD [{{ v | to_json }}]",
        ] {
            rendered("Dockerfile", template, answer).unwrap_or_else(|it| panic!("{it:?}"));
        }
    }
}

/// BuildKit's rules for `NAME=value`: where words end, and what is left of one without its quotes.
fn built(words: &str) -> Vec<String> {
    let (mut divided, mut quote, mut characters) = (vec![String::new()], None, words.chars());
    while let Some(it) = characters.next() {
        match (quote, it) {
            (_, '\\') => {
                divided.last_mut().unwrap().extend([Some(it), characters.next()].iter().flatten());
            }
            (None, ' ') => divided.push(String::new()),
            _ => {
                divided.last_mut().unwrap().push(it);
                quote = match quote {
                    None => Some(it).filter(|it| matches!(it, '\'' | '"')),
                    open => open.filter(|open| *open != it),
                };
            }
        }
    }
    assert_eq!(quote, None, "{words}");
    let plain = |word: &String| {
        let (mut out, mut is_quoted, mut characters) = (String::new(), false, word.chars());
        while let Some(it) = characters.next() {
            match it {
                '\'' => is_quoted = !is_quoted,
                '\\' if !is_quoted => out.extend(characters.next()),
                '$' if !is_quoted => panic!("{word}"),
                other => out.push(other),
            }
        }
        out
    };
    divided.iter().map(plain).collect()
}

#[test]
fn a_builder_and_a_shell_read_a_dockerfile_s_literal_alike() {
    let more = ["\\", "\\'", "'\\", "a\\", "\\\\ b", "'"];
    for answer in HOSTILE.into_iter().chain(more).filter(|it| !it.contains('\n')) {
        let literal = rendered("Dockerfile", "RUN p {{ v | sh_quote }}", answer).unwrap();
        let literal = literal.trim_end().strip_prefix("RUN p ").unwrap().to_owned();
        assert_eq!(built(&format!("A={literal} B=c")), [&format!("A={answer}"), "B=c"]);
        let seen = seen("dash", &format!("{PRELUDE}p {literal}\n"));
        assert!(seen.is_none_or(|it| it == [answer]), "{literal}");
    }
}

#[test]
fn make_hands_the_answer_to_a_shell_as_it_is() {
    let begin = "a:\n\t@printf '%s\\0' ";
    'answers: for answer in HOSTILE.into_iter().filter(|it| !it.contains(['\n', '#'])) {
        for template in [
            "{{ v | sh_quote }} >> SEEN",
            "$$(true) {{ v | sh_quote }} \\\n\t  >> SEEN # $(shell true)'",
        ] {
            let text = rendered("Makefile", &format!("{begin}{template}\n"), answer).unwrap();
            let Some(seen) = seen("make", &text) else { break 'answers };
            assert_eq!(seen, [answer], "{text}");
        }
    }
    refused(
        "Makefile",
        &[
            "X := {{ v | sh_quote }}",
            "X := $(shell echo {{ v | sh_quote }})",
            "a: {{ v | sh_quote }}",
            "a:\n\techo {{ v | sh_quote }} '",
            "a:\n\techo $(shell {{ v | sh_quote }})",
            "a:\n\techo \"{{ v | sh_quote }}\"",
            "define x\n\techo {{ v | sh_quote }}\nendef",
        ]
        .map(|it| it.trim_end_matches('#')),
    );
    refused(
        "justfile",
        &[
            "x := {{ v | sh_quote }}",
            "a:\n  #!/usr/bin/env python3\n  print({{ v | sh_quote }})",
            "a:\n  echo \"{{ v | sh_quote }}\"",
        ],
    );
}

#[test]
fn random_scripts_run_nothing_of_an_answer() {
    let fragments = [
        "p @",
        "p @",
        "p @",
        "X=@",
        "\"$(p @)\"",
        " p @\n",
        "@",
        "'",
        "\"",
        "`",
        "$(",
        ")",
        "(",
        "${x:-",
        "}",
        "{ ",
        "$((1+",
        "))",
        "\\",
        "#",
        " #",
        " ",
        "\n",
        "\n",
        "; ",
        " && ",
        " | ",
        "cat <<E\n",
        "cat <<'E'\n",
        "cat <<-E ",
        "\nE\n",
        "\n\tE\n",
        "case a in ",
        "a) ",
        ";; ",
        "esac\n",
        "[[ a =~ (b) ",
        " ]]\n",
        "$",
        "$'",
        "echo ",
        "if :; then ",
        "fi\n",
        "f() ",
        "a=(",
        "<(",
        "<<<",
        "it's",
        "[",
        "]",
        "\r",
    ];
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let parts = prop::collection::vec(prop::sample::select(fragments.to_vec()), 1..8);
    let (mut scripts, mut tried) = (BTreeSet::new(), 0);
    while scripts.len() < 100 && tried < 12_000 {
        tried += 1;
        let template = parts.new_tree(&mut runner).unwrap().current().concat();
        if !template.contains('@') {
            continue;
        }
        let answer = HOSTILE[tried % HOSTILE.len()];
        let written = format!("{{% raw %}}{PRELUDE}{template}{{% endraw %}}\n");
        let written = written.replace('@', "{% endraw %}{{ v | sh_quote }}{% raw %}");
        if let Ok(text) = rendered("a.sh", &written, answer) {
            scripts.insert((text, answer));
        }
    }
    let mut count = 0;
    for (script, answer) in &scripts {
        for shell in ["bash", "dash"] {
            let Some(seen) = seen(shell, script) else { continue };
            let changed = seen.iter().find(|it| it.replace(answer, "").contains("PWNED"));
            assert_eq!(changed, None, "{shell}: {script}");
            count += seen.iter().filter(|it| it.contains(answer)).count();
        }
    }
    let is_run = ["bash", "dash"].iter().any(|it| seen(it, "").is_some());
    let is_enough = scripts.len() > 60 && (count > 30 || !is_run);
    assert!(is_enough, "{} scripts, {count} answers", scripts.len());
}

/// A workflow with one job.
fn workflow(top: &str, job: &str, step: &str) -> String {
    format!(
        "on: push\n{top}jobs:\n  a:\n{job}    steps:\n      - name: a\n{step}        run: |\n          \
         if true; then\n            echo \"it's {{% raw %}}${{{{ x }}}}{{% endraw %}}\" $(cmd {{{{ v \
         | sh_quote }}}})\n          fi\n"
    )
}

#[test]
fn scripts_of_workflows_take_literals_where_a_shell_runs_them() {
    let file = ".github/workflows/a.yml";
    let ubuntu = "    runs-on: ubuntu-24.04\n";
    let windows = "    runs-on: windows-2025\n";
    let several = "    runs-on: ${{ '{{' }} matrix.os }}\n    strategy:\n      matrix: {os: [windows-2025]}\n";
    let (bash, python) = ("        shell: bash\n", "        shell: python\n");
    let top = |shell: &str| format!("defaults: {{run: {{shell: {shell}}}}}\n");
    for answer in HOSTILE.into_iter().filter(|it| !it.contains('\n')) {
        for (top, job, step) in [
            (String::new(), ubuntu, ""),
            (String::new(), windows, bash),
            (top("'bash -leo pipefail {0}'"), windows, ""),
            (top("pwsh"), ubuntu, bash),
        ] {
            let template = workflow(&top, job, step);
            rendered(file, &template, answer).unwrap_or_else(|it| panic!("{template} {it:?}"));
        }
        for (top, job, step) in [
            (String::new(), ubuntu, python),
            (String::new(), windows, ""),
            (String::new(), several, ""),
            (top("pwsh"), ubuntu, ""),
            (top("bash"), ubuntu, python),
        ] {
            let template = workflow(&top, job, step);
            let mistakes = rendered(file, &template, answer).expect_err(&template);
            assert_eq!(mistakes[0].code, "unsafe-text", "{template}");
        }
    }
}

#[test]
fn scripts_of_pipelines_are_read_as_a_shell_reads_them() {
    let file = ".gitlab-ci.yml";
    for answer in HOSTILE.into_iter().filter(|it| !it.contains('\n')) {
        for script in [
            "echo {{ v | sh_quote }}",
            "|\n    cat <<E\n    it's\n    E\n    echo {{ v | sh_quote }}",
            "\n    - |\n      case a in a) echo {{ v | sh_quote }} ;; esac",
        ] {
            let template = format!("a:\n  script: {script}\n");
            let rendered = rendered(file, &template, answer);
            // On the line of its key a text may end what YAML reads, and is refused for that.
            let is_line = script.starts_with("echo");
            let codes = |all: &Vec<Diagnostic>| all.iter().all(|it| it.code == "unsafe-text");
            let is_refused = rendered.as_ref().is_err_and(codes);
            assert!(rendered.is_ok() || (is_line && is_refused), "{template} {rendered:?}");
        }
    }
    refused(
        file,
        &[
            "a:\n  script: |\n    cat <<E\n    {{ v | sh_quote }}\n    E\n",
            "a:\n  script:\n    - |\n      echo \"$(echo \"{{ v | sh_quote }}\")\"\n",
            "a:\n  script:\n    - |\n      echo `{{ v | sh_quote }}`\n",
            "a:\n  script:\n    - |\n      eval {{ v | sh_quote }}\n",
            "a:\n  script:\n    - |\n      # {{ v | sh_quote }}\n",
            "a:\n  script:\n    - |\n      echo '{{ v | sh_quote }}\n",
        ],
    );
    refused("azure-pipelines.yml", &["steps:\n  - pwsh: |\n      echo {{ v | sh_quote }}\n"]);
}
