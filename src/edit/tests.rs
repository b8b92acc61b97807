//! Edits in every language and style, and what must be left alone.

use super::*;
use crate::data::Number;

const SPEC: &str = "# The service.\napiVersion: flagstone/v1\nspec:\n  version: ^1.0 # pinned\n";

fn set(path: &str, value: impl Into<Value>) -> Edit {
    Edit::set(Step::dotted(path), value)
}

fn key(into: &str, key: &str, after: &str, content: impl Into<Content>) -> Edit {
    Edit::Insert {
        into: Step::dotted(into),
        key: Some(key.to_owned()),
        spot: Spot::After(after.into()),
        content: content.into(),
    }
}

fn item(into: &str, content: impl Into<Content>) -> Edit {
    Edit::Insert { into: Step::dotted(into), key: None, spot: Spot::End, content: content.into() }
}

fn remove(path: &str) -> Edit {
    Edit::Remove { path: Step::dotted(path) }
}

fn rename(path: &str, to: &str) -> Edit {
    Edit::Rename { path: Step::dotted(path), to: to.to_owned() }
}

fn piece(format: Format, text: &str, path: &[Step]) -> Piece {
    Piece::of(&Source::parse(format, text).unwrap(), path).unwrap()
}

#[test]
fn a_scalar_is_set_in_place_and_keeps_its_comment_and_quotes() {
    assert_eq!(yaml(SPEC, &[set("spec.version", "^2.0")]).unwrap(), SPEC.replace("^1.0", "^2.0"));
    assert_eq!(yaml("a: '1' # c\n", &[set("a", "2")]).unwrap(), "a: '2' # c\n");
    assert_eq!(yaml("a: \"1\"\r\nb: x\r\n", &[set("a", "2")]).unwrap(), "a: \"2\"\r\nb: x\r\n");
    assert_eq!(yaml("{a: 1, b: 2}\n", &[set("a", 8)]).unwrap(), "{a: 8, b: 2}\n");
    assert_eq!(json("{\"a\":1,\"b\":[2]}", &[set("a", "x")]).unwrap(), "{\"a\":\"x\",\"b\":[2]}");
    assert_eq!(
        toml("a = 1 # c\n[b]\nc = 'x'\n", &[set("b.c", "y")]).unwrap(),
        "a = 1 # c\n[b]\nc = 'y'\n"
    );
}

#[test]
fn a_parameter_is_added_whether_the_map_is_absent_empty_a_block_or_in_braces() {
    let add = [set("spec.parameters.port", 80)];
    let absent = yaml(SPEC, &add).unwrap();
    assert_eq!(absent, format!("{SPEC}  parameters:\n    port: 80\n"));
    let empty = format!("{SPEC}  parameters: # none yet\n  last: 1\n");
    assert_eq!(
        yaml(&empty, &add).unwrap(),
        empty.replace("none yet\n", "none yet\n    port: 80\n")
    );
    let braces = format!("{SPEC}  parameters: {{}}\n");
    assert_eq!(yaml(&braces, &add).unwrap(), braces.replace("{}", "{port: 80}"));
    let flow = format!("{SPEC}  parameters: {{a: 1, b: [x, y]}} # c\n");
    assert_eq!(yaml(&flow, &add).unwrap(), flow.replace("y]}", "y], port: 80}"));
    let block =
        format!("{SPEC}  parameters:\n      a: 1\n      # the b\n      b: |\n        x\n\n# end\n");
    assert_eq!(
        yaml(&block, &add).unwrap(),
        block.replace("        x\n", "        x\n      port: 80\n")
    );
}

#[test]
fn a_key_is_renamed_and_removed_with_what_is_its_own() {
    let text = "spec:\n  parameters:\n    # the port\n    port: 80 # here\n    db: pg\n";
    assert_eq!(
        yaml(text, &[rename("spec.parameters.port", "http_port")]).unwrap(),
        text.replace("port: 80", "http_port: 80")
    );
    assert_eq!(
        yaml(text, &[remove("spec.parameters.port")]).unwrap(),
        "spec:\n  parameters:\n    db: pg\n"
    );
    assert_eq!(
        yaml(text, &[remove("spec.parameters.db"), remove("spec.parameters.port")]).unwrap(),
        "spec:\n  parameters: {}\n"
    );
    assert_eq!(yaml("a: {b: 1, c: 2}\n", &[remove("a.b")]).unwrap(), "a: {c: 2}\n");
    assert_eq!(yaml("a: {b: 1, c: 2}\n", &[remove("a.c")]).unwrap(), "a: {b: 1}\n");
    assert_eq!(
        json("{\n  \"a\": 1,\n  \"b\": 2\n}\n", &[remove("b")]).unwrap(),
        "{\n  \"a\": 1\n}\n"
    );
    assert_eq!(
        toml("[a]\nb = 1\n\n[c]\nd = 1\n\n[e]\n", &[remove("c")]).unwrap(),
        "[a]\nb = 1\n\n[e]\n"
    );
}

#[test]
fn a_piece_of_another_text_brings_its_comments_and_bytes() {
    let theirs = "jobs:\n  - uses: a@1 # v1\n  # why\n  - uses: b@2   # v2\n    with: {x: 1}\n";
    let step = piece(Format::Yaml, theirs, &["jobs".into(), 1.into()]);
    assert_eq!(
        yaml("jobs:\n- uses: a@1\n\n# end\n", &[item("jobs", step)]).unwrap(),
        "jobs:\n- uses: a@1\n# why\n- uses: b@2   # v2\n  with: {x: 1}\n\n# end\n"
    );
    let theirs = "{\n\t\"d\": {\n\t\t// why\n\t\t\"x\": {\n\t\t\t\"y\": 1\n\t\t} // that\n\t}\n}\n";
    let entry = piece(Format::Json, theirs, &Step::dotted("d.x"));
    assert_eq!(
        json(
            "{\n\t\"d\": {\n\t\t\"a\": 1, // c\n\t\t\"b\": 2\n\t}\n}",
            &[key("d", "x", "b", entry)]
        )
        .unwrap(),
        "{\n\t\"d\": {\n\t\t\"a\": 1, // c\n\t\t\"b\": 2,\n\t\t// why\n\t\t\"x\": {\n\t\t\t\"y\": 1\n\t\t} // that\n\t}\n}"
    );
    let theirs = "[d]\n# why\nx = { v = \"1\" } # that\n\n# A table.\n[t.u]\nv = 1\n";
    let entry = piece(Format::Toml, theirs, &Step::dotted("d.x"));
    let table = piece(Format::Toml, theirs, &Step::dotted("t.u"));
    assert_eq!(
        toml(
            "[d]\r\na = 1\r\n\r\n[t.a]\r\n[z]\r\n",
            &[key("d", "x", "a", entry), key("t", "u", "a", table)]
        )
        .unwrap(),
        "[d]\r\na = 1\r\n# why\r\nx = { v = \"1\" } # that\r\n\r\n[t.a]\r\n\r\n# A table.\r\n[t.u]\r\nv = 1\r\n[z]\r\n"
    );
}

#[test]
fn lists_take_items_in_every_style() {
    assert_eq!(yaml("a: [x, y]\n", &[item("a", Value::from("z"))]).unwrap(), "a: [x, y, z]\n");
    assert_eq!(yaml("a: []\n", &[item("a", Value::from("z"))]).unwrap(), "a: [z]\n");
    assert_eq!(yaml("a:\n- x\n", &[item("a", Value::from("z"))]).unwrap(), "a:\n- x\n- z\n");
    let array = "a = [\n    \"x\", # c\n]\n";
    assert_eq!(
        toml(array, &[item("a", Value::from("z"))]).unwrap(),
        "a = [\n    \"x\", # c\n    \"z\",\n]\n"
    );
}

#[test]
fn what_cannot_be_proved_is_left_alone() {
    // The alias would change, too.
    let anchored = "a: &x\n  b: 1\nc: *x\n";
    assert_eq!(yaml(anchored, &[set("a.b", 2)]), Err(EditError::Unproved("a.b".to_owned())));
    assert_eq!(yaml("a: 1\n", &[remove("b")]), Err(EditError::NotThere("b".to_owned())));
    assert_eq!(yaml("a: 1\na: 2\n", &[set("a", 3)]), Err(EditError::Unreadable));
    assert_eq!(json("{\"a\": 1, \"a\": 2}", &[set("a", 3)]), Err(EditError::Unreadable));
    assert_eq!(toml("a = \n", &[set("a", 3)]), Err(EditError::Unreadable));
    assert_eq!(yaml("a: 1\nb: 2\n", &[rename("a", "b")]), Err(EditError::NotThere("a".to_owned())));
}

#[test]
fn a_byte_order_mark_is_taken_off_before_and_put_back_behind() {
    let texts = [(Format::Yaml, "c: 1\n"), (Format::Json, "{\"c\": 1}"), (Format::Toml, "c = 1\n")];
    for (format, text) in texts {
        let marked = format!("\u{feff}{text}");
        assert!(Source::parse(format, &marked).is_none() && Source::parse(format, text).is_some());
        let changed = apply(format, &marked, &[set("c", 2)]).unwrap();
        assert_eq!(changed, marked.replace('1', "2"));
    }
}

#[test]
fn a_fraction_is_what_is_written() {
    let value = |text| Source::parse(Format::Yaml, text).unwrap().value().clone();
    assert_ne!(value("a: 3.1\n"), value("a: 3.10\n"));
    let half = Value::Number(Number::Float(0.5));
    assert_eq!(yaml("a: 1\n", &[set("a", half)]).unwrap(), "a: 0.5\n");
}

#[test]
fn comments_are_known_from_texts_that_look_like_them() {
    let source = Source::parse(Format::Yaml, "# a\nb: 'x # y' # c\nd: |\n  # e\n# f\n").unwrap();
    assert_eq!(source.comments(), ["# a", "# c", "# f"]);
    let source = Source::parse(Format::Json, "{\"u\": \"http://x\", // c\n}").unwrap();
    assert_eq!(source.comments(), ["// c"]);
}
