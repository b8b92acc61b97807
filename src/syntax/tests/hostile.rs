//! Texts that are slow, deep or large to a careless reader; each ends, and soon.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

/// What a text may take in an unoptimised build on a busy machine: a hundred times what it takes.
const LIMIT: Duration = Duration::from_secs(30);

/// Many enough for stacks, and for what is worse than quadratic. (With a megabyte, each takes less
/// than 0.7 s in an optimised build.)
const MANY: usize = MAX_BYTES / 64;

const KINDS: [Kind; 10] = [
    Kind::Yaml(YamlVersion::V1_1),
    Kind::Yaml(YamlVersion::V1_2),
    Kind::Json,
    Kind::Jsonc,
    Kind::Toml,
    Kind::Dockerfile,
    Kind::Dotenv,
    Kind::Ini,
    Kind::Properties,
    Kind::Hcl,
];

fn fill(part: &str, bytes: usize) -> String {
    part.repeat(bytes / part.len())
}

/// Reads a text as each kind, on a stack as small as a thread's.
fn read_all(name: &str, text: &str) {
    for kind in KINDS {
        let start = Instant::now();
        let document = Document::new("file", text);
        drop(parse(kind, &document).map(|configs| {
            configs.iter().map(|it| serde_json::to_string(&it.root).unwrap().len()).sum::<usize>()
        }));
        let took = start.elapsed();
        assert!(took < LIMIT, "{name} as {kind:?} took {took:?}");
    }
}

#[test]
fn repeated_parts_are_read_in_linear_time() {
    for part in [
        "[",
        "{",
        "(",
        "\"",
        "'",
        "`",
        "\\",
        "$",
        "${",
        "${a}",
        "${a}\n",
        "%{",
        "%{if a}",
        "$a",
        "<<",
        "<<A ",
        "-",
        "- ",
        "? ",
        ": ",
        "a",
        "a ",
        "a\n",
        "a: ",
        "a: b\n",
        "a=b\n",
        "a = 1\n",
        "a.",
        "a.b=1\n",
        "[a]\n",
        "[[a]]\n",
        "#",
        "# x\n",
        "//",
        "/*",
        "\n",
        "\r",
        "\r\n",
        "\t",
        " ",
        "\\\n",
        "a \\\n",
        "---\n",
        "\n---\n",
        "&a ",
        "*a ",
        "!a ",
        "!",
        "|\n",
        ">\n ",
        "{a: ",
        "[a, ",
        "[1,",
        "{\"a\":",
        "a {\n",
        "a \"b\" {}\n",
        "a = [\n",
        "a = \"${",
        "a = <<E\nE\n",
        "a=\"b\n",
        "a='b\n",
        "a=\"\"\"\n",
        "RUN <<A\nA\n",
        "ENV a=b\n",
        "ENV a=\"",
        "RUN \\\n",
        "ONBUILD ",
        "FROM a\n",
        "--a ",
        "ü",
        "ü: ",
        "\u{feff}",
        "\0",
        "x=${x}\n",
        "x=$x$x\n",
        "a:\n",
        "&a [*a]\n",
        "\\u0041",
        "a=a\\\n",
        "a: \"\\\n",
        "[[",
        "((",
        "[(",
        "1",
        "-1,",
        ",",
        "a,",
        "{}",
        "[]",
    ] {
        read_all(&format!("{part:?}"), &fill(part, MANY));
        let half = fill(part, MANY);
        read_all(&format!("quoted {part:?}"), &format!("a = \"{half}\"\n"));
        read_all(&format!("listed {part:?}"), &format!("a: [{half}]\n"));
        read_all(&format!("open {part:?}"), &format!("a='{half}y"));
        read_all(&format!("in a document {part:?}"), &format!("a = <<E\n{half}\nE\n"));
        read_all(&format!("in an instruction {part:?}"), &format!("FROM a\nRUN <<{half}"));
    }
}

#[test]
fn a_megabyte_of_each_kind_is_read() {
    let list = format!("[{}{{}}]", fill("{\"a\":[1,true]},", MAX_BYTES - 32));
    for (kind, text) in [
        (Kind::Yaml(YamlVersion::V1_1), fill("- {a: 1, b: [x, \"y\"]}\n", MAX_BYTES)),
        (Kind::Yaml(YamlVersion::V1_2), fill("a: &a {b: x}\nc: *a\n---\n", MAX_BYTES)),
        (Kind::Json, list.clone()),
        (Kind::Jsonc, list),
        (Kind::Toml, fill("[[a]]\nb = { c = [1, \"x\"] }\n", MAX_BYTES)),
        (
            Kind::Dockerfile,
            fill("FROM a AS b\nRUN <<E\nx\nE\nENV a=b c=\"d e\"\nCMD [\"x\"]\n", MAX_BYTES),
        ),
        (Kind::Dotenv, fill("A=\"$B ${C}\\n\" # x\nB='y\nz'\n", MAX_BYTES)),
        (Kind::Ini, fill("[a]\nb = 1 ; x\nc = \"\"\"y\nz\"\"\"\n", MAX_BYTES)),
        (Kind::Properties, fill("# x\na = 1 \\\n  ${b}\n", MAX_BYTES)),
        (
            Kind::Hcl,
            fill("a \"b\" {\n  c = [f(1), \"${x}y\", { d = <<E\nz ${w}\nE\n}]\n}\n", MAX_BYTES),
        ),
    ] {
        let read = parse(kind, &Document::new("file", text));
        assert!(read.is_ok(), "{kind:?}: {}", read.unwrap_err().message);
    }
}

#[test]
fn a_text_over_a_megabyte_is_refused() {
    for kind in KINDS {
        let text = format!("{}#", fill("#", MAX_BYTES));
        assert_eq!(parse(kind, &Document::new("f", text)).unwrap_err().code, "configuration-size");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        read_all("text", &text);
    }

    #[test]
    fn any_text_of_marks_is_read_or_refused(
        words in prop::collection::vec(prop::sample::select(&[
            "a", "B", "1", "0x", " ", "  ", "\n", "\n", "\t", "=", ":", "-", "#", "\"", "'", "`",
            "[", "]", "{", "}", "(", ")", "<<", "EOF", "\\", "$", "${", "%{", ",", ".", "!", "&",
            "*", "|", ">", "?", "---", "RUN ", "FROM ", "ENV ", "COPY ", "ONBUILD ", "ü", "/*",
            "*/", "//", "\r\n", "\"\"\"", "if ", "for ", "in ", "true", "null", "+", "==", "&&",
        ][..]), 0..60),
    ) {
        read_all("marks", &words.concat());
    }
}
