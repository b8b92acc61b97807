//! Every answer of a service: what was given, asked, defaulted and computed, in dependency order.
//!
//! **Invariant:** pure but for [`Ask`]; the same given answers and replies make the same result.

mod ask;
mod complaint;
mod given;
mod hidden;
mod layer;
mod nested;
mod order;
mod prepared;
mod questionnaire;
mod replay;
mod rule;
mod run;
mod survey;

pub use ask::{Ask, AskError, Question, Reply};
pub use given::{Given, GivenAnswers, read_text};
pub use layer::{LayerQuestions, layer_answers, variables};
pub use questionnaire::Questionnaire;
pub use replay::Replay;
pub use survey::{Standing, Survey, survey};

use std::collections::BTreeSet;

use self::run::Run;
use crate::{answer::Answers, diag::Diagnostic};

/// Who is asked for what has no answer yet.
pub enum Asking<'a> {
    /// Nobody: what has no default is missing.
    Nobody,
    /// Someone, but only for what has no default.
    ForMissing(&'a mut dyn Ask),
    /// Someone, but only for what these names do not say; the others take their defaults.
    ForNew(&'a mut dyn Ask, &'a BTreeSet<String>),
    /// Someone, for everything.
    ForAll(&'a mut dyn Ask),
}

/// Every answer, and what is worth a look.
#[derive(Debug, Clone, Default)]
pub struct Resolved {
    /// The answer of every parameter; that of one that does not apply is null.
    pub answers: Answers,
    /// The same as they were given: without what the defaults of their keys add.
    pub stated: Answers,
    /// Answers that were given but do not apply.
    pub warnings: Vec<Diagnostic>,
}

/// Why there are no answers.
#[derive(Debug)]
pub enum ResolveError {
    /// Every missing and wrong answer.
    Mistakes(Vec<Diagnostic>),
    /// Nobody could be asked, or the person ended the run.
    Asked(AskError),
    /// The person went back from the first question.
    Back,
}

/// Answers every parameter of a questionnaire.
///
/// # Errors
/// Every missing and wrong answer at once, or the end of a dialogue.
pub fn resolve(
    questionnaire: &Questionnaire<'_>,
    given: &GivenAnswers,
    mut asking: Asking<'_>,
) -> Result<Resolved, ResolveError> {
    let mut run = Run::new(questionnaire, given);
    if questionnaire.is_wrong(given) {
        asking = Asking::Nobody;
    }
    if !matches!(asking, Asking::Nobody) {
        let broken = Run::new(questionnaire, given).broken_by_given();
        if !broken.is_empty() {
            return Err(ResolveError::Mistakes(broken));
        }
    }
    while let Some(parameter) = run.next() {
        run.answer(parameter, &mut asking)?;
    }
    run.finish()
}

#[cfg(test)]
mod tests {
    mod nested;

    use super::*;
    use crate::{answer::Origin, data::Value, manifest::Manifest, text::Document};

    const HEAD: &str = "apiVersion: flagstone/v1\nkind: GoldenPath\nmetadata: {name: svc, version: 1.0.0, title: T, owner: o}\n";

    pub(super) fn manifest(parameters: &str) -> Manifest {
        let text = format!("{HEAD}parameters:\n  required: [name]\n  properties:\n{parameters}");
        Manifest::parse(&Document::new("golden-path.yaml", text), &"0.1.0".parse().unwrap())
            .unwrap()
    }

    const PARAMETERS: &str = r#"
    name: {type: string, pattern: "^[a-z-]+$"}
    schema: {type: string, default: "{{ name | snake_case }}", x-when: "database == 'pg'"}
    database: {type: string, enum: [none, pg], default: none}
    package: {x-computed: "{{ name | snake_case }}_pkg"}
    note: {type: string}
    "#;

    fn given(answers: &[(&str, Value)]) -> GivenAnswers {
        let one = |(name, value): &(&str, Value)| {
            ((*name).to_owned(), Given::new(value.clone(), Origin::Flag))
        };
        answers.iter().map(one).collect()
    }

    fn show(result: Result<Resolved, ResolveError>) -> Vec<String> {
        match result {
            Ok(resolved) => {
                let answers = resolved.answers.iter();
                let warnings = resolved.warnings.iter().map(|it| it.message.clone());
                answers
                    .map(|(name, it)| format!("{name} = {} ({})", it.value.to_json(), it.origin))
                    .chain(warnings)
                    .collect()
            }
            Err(ResolveError::Mistakes(mistakes)) => {
                mistakes.into_iter().map(|it| it.message).collect()
            }
            Err(other) => vec![format!("{other:?}")],
        }
    }

    fn without_asking(parameters: &str, answers: &[(&str, Value)]) -> Vec<String> {
        let manifest = manifest(parameters);
        let questionnaire = match Questionnaire::new(&manifest.parameters, &manifest.rules) {
            Ok(questionnaire) => questionnaire,
            Err(mistakes) => return mistakes.into_iter().map(|it| it.message).collect(),
        };
        show(resolve(&questionnaire, &given(answers), Asking::Nobody))
    }

    #[test]
    fn defaults_follow_the_answers_that_they_speak_of() {
        insta::assert_debug_snapshot!(
            without_asking(PARAMETERS, &[("name", "a-b".into()), ("database", "pg".into())]), @r#"
        [
            "database = \"pg\" (the command line)",
            "name = \"a-b\" (the command line)",
            "note = null (the default)",
            "package = \"a_b_pkg\" (computed)",
            "schema = \"a_b\" (the default)",
        ]
        "#);
    }

    #[test]
    fn what_does_not_apply_is_null_and_an_answer_to_it_is_left_out() {
        insta::assert_debug_snapshot!(
            without_asking(PARAMETERS, &[("name", "a".into()), ("schema", "x".into())]), @r#"
        [
            "database = \"none\" (the default)",
            "name = \"a\" (the command line)",
            "note = null (the default)",
            "package = \"a_pkg\" (computed)",
            "schema = null (the default)",
            "parameter `schema` does not apply with these answers",
        ]
        "#);
    }

    #[test]
    fn every_missing_and_wrong_answer_is_told_at_once() {
        insta::assert_debug_snapshot!(
            without_asking(PARAMETERS, &[("databse", "pg".into()), ("database", "gp".into()), ("package", "x".into())]), @r#"
        [
            "there is no parameter `databse`",
            "parameter `package` is computed and takes no answer",
            "parameter `name` has no answer",
            "parameter `database` must be one of `none`, `pg`",
        ]
        "#);
    }

    #[test]
    fn a_circle_is_told_by_its_names() {
        let parameters = "    name: {type: string}\n    a: {type: string, default: '{{ b }}'}\n    b: {type: string, default: '{{ c }}'}\n    c: {type: string, x-when: a == 'x'}\n";
        insta::assert_debug_snapshot!(without_asking(parameters, &[]), @r#"
        [
            "parameters depend on each other in a circle: a → b → c → a",
        ]
        "#);
    }

    #[test]
    fn a_line_break_in_a_one_line_text_and_a_secret_are_refused() {
        let parameters = "    name: {type: string}\n    key: {type: string, x-secret-ref: true}\n    text: {type: string, x-multiline: true}\n";
        let token = format!("{}_{}", "ghp", "a1".repeat(18));
        insta::assert_debug_snapshot!(without_asking(
            parameters,
            &[("name", "a\nb".into()), ("key", "hunter2".into()), ("text", "a\nb".into())]
        ), @r#"
        [
            "parameter `name` must be on one line, without control characters",
            "parameter `key` must be a reference to a secret, such as `vault:…` or `env:…`, never the secret",
        ]
        "#);
        insta::assert_debug_snapshot!(without_asking(parameters, &[("name", token.into())]), @r#"
        [
            "parameter `name` looks like a GitHub token, and is not printed",
        ]
        "#);
        insta::assert_debug_snapshot!(without_asking(
            parameters,
            &[("name", "a".into()), ("key", "vault:orders/db".into())]
        ), @r#"
        [
            "key = \"vault:orders/db\" (the command line)",
            "name = \"a\" (the command line)",
            "text = null (the default)",
        ]
        "#);
    }

    /// Replies in order, and what was asked.
    struct Script(Vec<Reply>, Vec<String>);

    impl Ask for Script {
        fn ask(&mut self, question: &Question<'_>) -> Result<Reply, AskError> {
            let proposal = question.proposal.map(Value::to_json).unwrap_or_default();
            let again = question.complaint.map(|it| format!(" ({it})")).unwrap_or_default();
            let (name, answered) = (&question.parameter.name, question.answered);
            self.1.push(format!("{name} [{proposal}] {answered}{again}"));
            Ok(self.0.remove(0))
        }
    }

    fn asked(replies: &[Reply]) -> (Vec<String>, Vec<String>) {
        let manifest = manifest(PARAMETERS);
        let mut script = Script(replies.to_vec(), Vec::new());
        let questionnaire = Questionnaire::new(&manifest.parameters, &manifest.rules).unwrap();
        let result = resolve(&questionnaire, &given(&[]), Asking::ForAll(&mut script));
        (script.1, show(result))
    }

    #[test]
    fn going_back_asks_again_with_the_earlier_answer_and_what_depends_on_it() {
        let answer = |text: &str| Reply::Answer(text.into());
        let (questions, answers) = asked(&[
            answer("a"),
            answer("pg"),
            Reply::Back,
            answer("pg"),
            answer("tables"),
            Reply::Back,
            Reply::Back,
            answer("none"),
            Reply::Answer(Value::Null),
        ]);
        insta::assert_debug_snapshot!(questions, @r#"
        [
            "name [] 0",
            "database [\"none\"] 1",
            "schema [\"a\"] 2",
            "database [\"pg\"] 1",
            "schema [\"a\"] 2",
            "note [] 3",
            "schema [\"tables\"] 2",
            "database [\"pg\"] 1",
            "note [] 2",
        ]
        "#);
        insta::assert_debug_snapshot!(answers, @r#"
        [
            "database = \"none\" (the default)",
            "name = \"a\" (the prompt)",
            "note = null (the default)",
            "package = \"a_pkg\" (computed)",
            "schema = null (the default)",
        ]
        "#);
    }

    #[test]
    fn coming_back_from_the_summary_asks_the_last_question_again_with_its_answer() {
        let manifest = manifest(PARAMETERS);
        let answer = |text: &str| Reply::Answer(text.into());
        let replies = vec![answer("a"), answer("none"), answer("old"), answer("new")];
        let mut script = Script(replies, Vec::new());
        let questionnaire = Questionnaire::new(&manifest.parameters, &manifest.rules).unwrap();
        let mut replay = Replay::new(&mut script);
        resolve(&questionnaire, &given(&[]), Asking::ForAll(&mut replay)).unwrap();
        replay.back();
        let result = resolve(&questionnaire, &given(&[]), Asking::ForAll(&mut replay));
        assert_eq!(show(result)[2], "note = \"new\" (the prompt)");
        assert_eq!(script.1[2..], ["note [] 2", "note [\"old\"] 2"]);
    }

    #[test]
    fn a_corrected_answer_takes_the_mistakes_along_that_it_caused() {
        let manifest = manifest(
            "    name: {type: string}\n    package: {x-computed: '{{ name }}', type: string, pattern: '^[a-z]+$'}\n    port: {type: integer, default: 1}\n",
        );
        let answer = |text: &str| Reply::Answer(text.into());
        let port = Reply::Answer(1.into());
        let replies = vec![answer("Wrong!"), Reply::Back, answer("right"), port];
        let mut script = Script(replies, Vec::new());
        let questionnaire = Questionnaire::new(&manifest.parameters, &manifest.rules).unwrap();
        let result = resolve(&questionnaire, &given(&[]), Asking::ForAll(&mut script));
        assert_eq!(show(result)[0], "name = \"right\" (the prompt)");
    }

    #[test]
    fn nobody_is_asked_while_a_given_answer_is_wrong() {
        let manifest = manifest(PARAMETERS);
        let mut script = Script(Vec::new(), Vec::new());
        let questionnaire = Questionnaire::new(&manifest.parameters, &manifest.rules).unwrap();
        let given = given(&[("database", "gp".into())]);
        let result = resolve(&questionnaire, &given, Asking::ForAll(&mut script));
        assert_eq!(
            show(result),
            ["parameter `name` has no answer", "parameter `database` must be one of `none`, `pg`"]
        );
    }

    const RULED: &str = r#"
    name: {type: string}
    tier: {type: string, enum: [free, gold], default: free}
    replicas: {type: integer, default: 1}
    load: {x-computed: "{{ replicas * 2 }}", type: integer}
  x-rules:
    - {when: "tier == 'gold'", require: replicas >= 3, message: gold needs three replicas, at: replicas}
    - {require: load < 20, message: too much load, at: load}
    "#;

    fn ruled(answers: &[(&str, Value)], replies: &[Reply]) -> (Vec<String>, Vec<String>) {
        let manifest = manifest(RULED);
        let mut script = Script(replies.to_vec(), Vec::new());
        let questionnaire = Questionnaire::new(&manifest.parameters, &manifest.rules).unwrap();
        let given = given(answers);
        let told = match resolve(&questionnaire, &given, Asking::ForAll(&mut script)) {
            Err(ResolveError::Mistakes(mistakes)) => {
                let lines = |it: Diagnostic| [vec![it.message], it.notes].concat();
                mistakes.into_iter().flat_map(lines).collect()
            }
            result => show(result),
        };
        (script.1, told)
    }

    #[test]
    fn a_rule_that_given_answers_break_by_themselves_is_told_before_the_first_question() {
        let (asked, told) = ruled(&[("tier", "gold".into()), ("replicas", 2.into())], &[]);
        assert_eq!(asked, Vec::<String>::new());
        insta::assert_debug_snapshot!(told, @r#"
        [
            "parameter `replicas`: gold needs three replicas",
            "a rule of the golden path over `replicas`, `tier`",
            "`replicas` is given on the command line",
            "`tier` is given on the command line",
        ]
        "#);
        // What is computed of them is given as well.
        let (asked, told) = ruled(&[("replicas", 10.into())], &[]);
        assert_eq!((asked.len(), told[0].as_str()), (0, "parameter `load`: too much load"));
    }

    #[test]
    fn a_rule_that_a_reply_breaks_is_told_at_a_question_that_can_mend_it() {
        let answer = |text: &str| Reply::Answer(text.into());
        let number = |number: i64| Reply::Answer(number.into());
        let (asked, told) = ruled(&[("tier", "gold".into())], &[answer("a"), number(1), number(3)]);
        insta::assert_debug_snapshot!(asked, @r#"
        [
            "name [] 0",
            "replicas [1] 1",
            "replicas [1] 1 (gold needs three replicas (`tier` is given on the command line))",
        ]
        "#);
        assert_eq!(told.len(), 4, "{told:?}");
        // The one that it is told at was given: the other is asked again.
        let replies = [answer("a"), answer("gold"), answer("free")];
        let (asked, _) = ruled(&[("replicas", 2.into())], &replies);
        insta::assert_debug_snapshot!(asked, @r#"
        [
            "name [] 0",
            "tier [\"free\"] 1",
            "tier [\"gold\"] 1 (gold needs three replicas (`replicas` is given on the command line))",
        ]
        "#);
        // Nobody answers what is computed, but what it is computed of.
        let (asked, _) = ruled(&[], &[answer("a"), answer("free"), number(10), number(9)]);
        insta::assert_debug_snapshot!(asked, @r#"
        [
            "name [] 0",
            "tier [\"free\"] 1",
            "replicas [1] 2",
            "replicas [10] 2 (too much load)",
        ]
        "#);
    }

    #[test]
    fn a_secret_is_found_in_any_part_of_an_answer() {
        let parameters = "    name: {type: string}\n    tags: {type: array}\n";
        let token = format!("{}_{}", "ghp", "a1".repeat(18));
        let map = Value::List(vec![Value::map([("t", Value::from(token))])]);
        let answers = [("name", "a".into()), ("tags", map)];
        let mistakes = without_asking(parameters, &answers);
        assert_eq!(
            mistakes,
            ["parameter `tags[0].t` looks like a GitHub token, and is not printed"]
        );
        let map = Value::List(vec![Value::map([("t", Value::from("x"))])]);
        let answers = [("name", "a".into()), ("tags", map)];
        let mistakes = without_asking(parameters, &answers);
        assert_eq!(mistakes, ["parameter `tags[0]` must be a text, not a map"]);
    }

    #[test]
    fn going_back_from_the_first_question_leaves_the_questionnaire() {
        assert_eq!(asked(&[Reply::Back]).1, ["Back"]);
    }
}
