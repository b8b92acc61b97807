//! Answers with parts, rules across parameters, and choices that are closed.

use super::{super::*, Script, given, manifest, show};
use crate::{data::Value, manifest::Manifest, text::Document};

const QUEUES: &str = r#"
    name: {type: string}
    queues:
      type: array
      title: Queues
      uniqueItems: true
      default: []
      items:
        type: object
        required: [name]
        properties:
          name: {type: string, title: Name, pattern: "^[a-z-]+$"}
          dead: {type: string, default: "{{ name }}-{{ item.name }}-dead"}
          retries: {type: integer, title: Retries, default: 3}
          note: {type: string, x-multiline: true}
          key: {type: string, x-secret-ref: true}
    labels: {type: object, additionalProperties: {type: string}, propertyNames: {pattern: "^[a-z]+$"}}
"#;

fn json(text: &str) -> Value {
    crate::data::parse_json(&Document::new("x", text)).unwrap().value
}

fn resolved(manifest: &Manifest, answers: &[(&str, Value)]) -> Vec<String> {
    let questionnaire = match Questionnaire::new(&manifest.parameters, &manifest.rules) {
        Ok(questionnaire) => questionnaire,
        Err(mistakes) => return mistakes.into_iter().map(|it| it.message).collect(),
    };
    show(resolve(&questionnaire, &given(answers), Asking::Nobody))
}

fn asked(manifest: &Manifest, replies: Vec<Reply>) -> (Vec<String>, Vec<String>) {
    let mut script = Script(replies, Vec::new());
    let questionnaire = Questionnaire::new(&manifest.parameters, &manifest.rules).unwrap();
    let result = resolve(&questionnaire, &given(&[]), Asking::ForAll(&mut script));
    (script.1, show(result))
}

fn answer(value: impl Into<Value>) -> Reply {
    Reply::Answer(value.into())
}

#[test]
fn keys_that_are_left_out_take_their_defaults_and_those_without_are_null() {
    let queues = json(r#"[{"retries": 5, "name": "a"}]"#);
    let answers =
        [("name", "svc".into()), ("queues", queues), ("labels", json(r#"{"b": "1", "a": "2"}"#))];
    insta::assert_debug_snapshot!(resolved(&manifest(QUEUES), &answers), @r#"
    [
        "labels = {\"a\":\"2\",\"b\":\"1\"} (the command line)",
        "name = \"svc\" (the command line)",
        "queues = [{\"name\":\"a\",\"dead\":\"svc-a-dead\",\"retries\":5,\"note\":null,\"key\":null}] (the command line)",
    ]
    "#);
}

#[test]
fn an_answer_is_stated_as_it_was_given() {
    let manifest = manifest(QUEUES);
    let questionnaire = Questionnaire::new(&manifest.parameters, &manifest.rules).unwrap();
    let queues = json(r#"[{"name": "a"}]"#);
    let given = given(&[("name", "svc".into()), ("queues", queues.clone())]);
    let resolved = resolve(&questionnaire, &given, Asking::Nobody).unwrap();
    assert_eq!(resolved.stated["queues"].value, queues);
}

#[test]
fn every_mistake_within_an_answer_is_told_with_the_way_to_it() {
    let queues = json(r#"[{"nmae": "a"}, {"name": "B", "retries": "x"}, {"name": "c\nd"}]"#);
    let answers = [("name", "svc".into()), ("queues", queues), ("labels", json(r#"{"A": 1}"#))];
    insta::assert_debug_snapshot!(resolved(&manifest(QUEUES), &answers));
    let queues = json(r#"[{"name": "a", "note": "two\nlines", "dead": "two\nlines"}]"#);
    let mistakes = resolved(&manifest(QUEUES), &[("name", "svc".into()), ("queues", queues)]);
    let line = "must be on one line, without control characters";
    assert_eq!(mistakes, [format!("parameter `queues[0].dead` {line}")]);
    let queues = json(r#"[{"name": "a", "key": "hunter2"}]"#);
    let mistakes = resolved(&manifest(QUEUES), &[("name", "svc".into()), ("queues", queues)]);
    assert!(
        mistakes[0].starts_with("parameter `queues[0].key` must be a reference"),
        "{mistakes:?}"
    );
}

#[test]
fn what_is_given_on_the_command_line_is_read_as_json() {
    let manifest = manifest(QUEUES);
    let queues = &manifest.parameters[1].shape;
    assert_eq!(read_text(queues, r#"[{"name": "a"}]"#), json(r#"[{"name": "a"}]"#));
    assert_eq!(read_text(queues, "a, b"), "a, b".into());
    assert_eq!(read_text(&manifest.parameters[2].shape, r#"{"a": "1"}"#), json(r#"{"a": "1"}"#));
}

#[test]
fn a_list_is_asked_item_by_item_and_escape_goes_back_within() {
    let replies = vec![
        answer("svc"),
        answer(true),
        answer("a"),
        answer("a-dead"),
        Reply::Back,
        Reply::Back,
        answer("b"),
        answer("b-dead"),
        answer(5),
        answer(Value::Null),
        answer(Value::Null),
        answer(false),
        Reply::Back,
        answer(false),
        answer(true),
        answer("team"),
        answer("core"),
        answer(false),
    ];
    let (questions, answers) = asked(&manifest(QUEUES), replies);
    insta::assert_debug_snapshot!((questions, answers));
}

#[test]
fn an_answer_whose_parts_do_not_go_together_is_asked_again_at_its_end() {
    let text = "    tags:\n      type: array\n      uniqueItems: true\n      maxItems: 2\n      items: {type: object, required: [n], properties: {n: {type: integer}}}\n    name: {type: string}\n";
    let replies = vec![answer(true), answer(1), answer(true), answer(1), answer(2), answer("svc")];
    let (questions, answers) = asked(&manifest(text), replies);
    assert_eq!(
        questions,
        [
            "tags[0]? [false] 0",
            "tags[0].n [] 1",
            "tags[1]? [false] 2",
            "tags[1].n [] 3",
            "tags[1].n [1] 3 (must not have an item twice)",
            "name [] 4",
        ]
    );
    assert_eq!(answers[1], r#"tags = [{"n":1},{"n":2}] (the prompt)"#);
}

#[test]
fn coming_back_from_the_summary_asks_the_last_part_again() {
    let manifest = manifest(QUEUES);
    let replies = vec![
        answer("svc"),
        answer(false),
        answer(true),
        answer("team"),
        answer("a"),
        answer(false),
    ];
    let again = [answer(true), answer("x"), answer("b"), answer(false)];
    let mut script = Script(replies.into_iter().chain(again).collect(), Vec::new());
    let questionnaire = Questionnaire::new(&manifest.parameters, &manifest.rules).unwrap();
    let mut replay = Replay::new(&mut script);
    resolve(&questionnaire, &given(&[]), Asking::ForAll(&mut replay)).unwrap();
    replay.back();
    let result = resolve(&questionnaire, &given(&[]), Asking::ForAll(&mut replay));
    assert_eq!(show(result)[0], r#"labels = {"team":"a","x":"b"} (the prompt)"#);
    assert_eq!(script.1.len(), 10);
}

#[test]
fn a_reply_that_is_asked_again_for_a_rule_is_replayed_as_it_was_last() {
    let manifest = manifest(RULES);
    let replies = vec![answer("x"), answer("gold"), answer(2), answer(3), answer(4)];
    let mut script = Script(replies, Vec::new());
    let questionnaire = Questionnaire::new(&manifest.parameters, &manifest.rules).unwrap();
    let mut replay = Replay::new(&mut script);
    resolve(&questionnaire, &given(&[]), Asking::ForAll(&mut replay)).unwrap();
    replay.back();
    let result = resolve(&questionnaire, &given(&[]), Asking::ForAll(&mut replay));
    assert_eq!(show(result)[1], "replicas = 4 (the prompt)");
    assert_eq!(script.1.len(), 5);
}

#[test]
fn a_secret_within_an_answer_is_found_and_not_printed() {
    let token = format!("{}_{}", "ghp", "a1".repeat(18));
    let queues = Value::List(vec![Value::map([("name", Value::from(token.as_str()))])]);
    let mistakes = resolved(&manifest(QUEUES), &[("name", "x".into()), ("queues", queues)]);
    assert_eq!(
        mistakes,
        ["parameter `queues[0].name` looks like a GitHub token, and is not printed"]
    );
    let labels = Value::map([(token.as_str(), Value::from("x"))]);
    let mistakes = resolved(&manifest(QUEUES), &[("name", "x".into()), ("labels", labels)]);
    assert_eq!(mistakes, ["parameter `labels` looks like a GitHub token, and is not printed"]);
}

#[test]
fn what_the_lock_keeps_is_answered_with_the_same_again() {
    let manifest = manifest(QUEUES);
    let questionnaire = Questionnaire::new(&manifest.parameters, &manifest.rules).unwrap();
    let queues = json(r#"[{"name": "a"}, {"retries": 1, "name": "b", "note": "x\ny"}]"#);
    let first = given(&[("name", "svc".into()), ("queues", queues)]);
    let once = resolve(&questionnaire, &first, Asking::Nobody).unwrap().answers;
    let locked: Vec<_> = once.iter().map(|(name, it)| (name.as_str(), it.value.clone())).collect();
    let twice = resolve(&questionnaire, &given(&locked), Asking::Nobody).unwrap().answers;
    assert_eq!(twice["queues"], once["queues"]);
}

const RULES: &str = r#"
    name: {type: string}
    tier: {type: string, enum: [gold, bronze], default: bronze}
    replicas: {type: integer, default: 1}
  x-rules:
    - when: "tier == 'gold'"
      require: "replicas >= 3"
      message: a gold service has at least 3 replicas
      at: replicas
"#;

#[test]
fn a_rule_that_given_answers_break_is_one_of_all_mistakes() {
    let answers = [("tier", "gold".into())];
    assert_eq!(
        resolved(&manifest(RULES), &answers),
        [
            "parameter `name` has no answer",
            "parameter `replicas`: a gold service has at least 3 replicas"
        ]
    );
    let answers = [("name", "x".into()), ("tier", "gold".into()), ("replicas", 3.into())];
    assert_eq!(resolved(&manifest(RULES), &answers)[1], "replicas = 3 (the command line)");
}

#[test]
fn a_rule_that_a_reply_breaks_is_told_where_it_says_and_asked_again() {
    let replies =
        vec![answer("x"), answer("gold"), answer(2), Reply::Back, answer("gold"), answer(3)];
    let (questions, answers) = asked(&manifest(RULES), replies);
    assert_eq!(
        questions,
        [
            "name [] 0",
            "tier [\"bronze\"] 1",
            "replicas [1] 2",
            "replicas [2] 2 (a gold service has at least 3 replicas)",
            "tier [\"gold\"] 1",
            "replicas [2] 2",
        ]
    );
    assert_eq!(answers[1], "replicas = 3 (the prompt)");
}

#[test]
fn a_rule_names_only_what_there_is() {
    let text = RULES.replace("replicas >= 3", "replica >= 3");
    assert_eq!(resolved(&manifest(&text), &[]), ["a rule speaks of unknown `replica`"]);
}

const CLOSED: &str = r#"
    name: {type: string}
    region: {type: string, enum: [eu, us], default: eu}
    database:
      type: string
      oneOf:
        - {const: none}
        - {const: aurora, x-disabled: "{{ 'only in the us' if region != 'us' }}"}
      default: aurora
"#;

#[test]
fn a_choice_that_is_closed_is_a_mistake_with_its_reason() {
    let answers = [("name", "x".into()), ("database", "aurora".into())];
    assert_eq!(
        resolved(&manifest(CLOSED), &answers),
        ["parameter `database` can't be `aurora`: only in the us"]
    );
    assert_eq!(
        resolved(&manifest(CLOSED), &[("name", "x".into())]),
        ["the default of parameter `database` can't be `aurora`: only in the us"]
    );
    let answers = [("name", "x".into()), ("region", "us".into())];
    assert_eq!(resolved(&manifest(CLOSED), &answers)[0], "database = \"aurora\" (the default)");
}

#[test]
fn a_closed_default_is_not_proposed() {
    let (questions, _) = asked(&manifest(CLOSED), vec![answer("x"), answer("eu"), answer("none")]);
    assert_eq!(questions[2], "database [] 2");
}

#[test]
fn what_tells_items_apart_is_not_given_twice() {
    let manifest = manifest(QUEUES);
    let distinct = [("queues", "name"), ("regions", "")];
    let distinct = distinct.map(|(list, key)| (list.to_owned(), key.to_owned()));
    let questionnaire = Questionnaire::new(&manifest.parameters, &manifest.rules).unwrap();
    let questionnaire = questionnaire.with_distinct(distinct.into());
    let items = json(r#"[{"name": "a", "retries": 1}, {"name": "b"}, {}]"#);
    let repeated =
        |key: &str, value: Value| questionnaire.repeated("queues", key, (items.items(), &value));
    assert_eq!(repeated("name", "b".into()), Some(2));
    assert_eq!(repeated("name", "c".into()), None);
    assert_eq!(repeated("name", Value::Null), None);
    assert_eq!(repeated("retries", 1.into()), None, "no file is named by it");
    let twice = questionnaire.repeats("regions", &json(r#"["eu", "us", "eu"]"#));
    assert_eq!(twice, Err("has `eu` twice, and each makes a file by it".to_owned()));
    assert_eq!(questionnaire.repeats("others", &json(r#"["eu", "eu"]"#)), Ok(()));
}
