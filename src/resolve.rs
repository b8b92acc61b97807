//! Every answer of a service: what was given, asked, defaulted and computed, in dependency order.
//!
//! **Invariant:** pure but for [`Ask`]; the same given answers and replies make the same result.

mod ask;
mod given;
mod layer;
mod order;
mod questionnaire;
mod replay;

pub use ask::{Ask, AskError, Question, Reply};
pub use given::{Given, GivenAnswers, read_text};
pub use layer::{layer_answers, variables};
pub use questionnaire::Questionnaire;
pub use replay::Replay;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    answer::{Answer, Answers, Origin},
    data::Value,
    diag::Diagnostic,
    manifest::Parameter,
};

/// Who is asked for what has no answer yet.
pub enum Asking<'a> {
    /// Nobody: what has no default is missing.
    Nobody,
    /// Someone, but only for what has no default.
    ForMissing(&'a mut dyn Ask),
    /// Someone, for everything.
    ForAll(&'a mut dyn Ask),
}

/// Every answer, and what is worth a look.
#[derive(Debug, Clone, Default)]
pub struct Resolved {
    /// The answer of every parameter; that of one that does not apply is null.
    pub answers: Answers,
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
    let unknown = questionnaire.unknown(given);
    if !unknown.is_empty() {
        run.mistakes = unknown;
        // A person would answer in vain.
        asking = Asking::Nobody;
    }
    while let Some(parameter) = questionnaire.at(run.steps.len()) {
        let step = match run.settle(parameter) {
            Settled::Known(step) => step,
            Settled::Open(default) => match run.ask(parameter, default, &mut asking)? {
                Some(step) => step,
                None => continue,
            },
        };
        run.steps.push(step);
    }
    if run.mistakes.is_empty() {
        let warnings = run.warnings();
        Ok(Resolved { answers: run.answers(), warnings })
    } else {
        Err(ResolveError::Mistakes(run.mistakes))
    }
}

/// One parameter that was dealt with.
#[derive(Debug, Clone)]
enum Step {
    /// It has an answer; `asked` tells whether a person gave it just now.
    Answered { answer: Answer, asked: bool },
    /// It does not apply.
    Inactive,
    /// It has a mistake, or depends on one that has.
    Wrong,
}

enum Settled {
    Known(Step),
    /// Nothing was given; this is the default.
    Open(Option<Value>),
}

struct Run<'a> {
    questionnaire: &'a Questionnaire<'a>,
    given: &'a GivenAnswers,
    steps: Vec<Step>,
    remembered: BTreeMap<String, Value>,
    mistakes: Vec<Diagnostic>,
}

impl<'a> Run<'a> {
    fn new(questionnaire: &'a Questionnaire<'a>, given: &'a GivenAnswers) -> Self {
        let (steps, mistakes) = (Vec::new(), Vec::new());
        Self { questionnaire, given, steps, remembered: BTreeMap::new(), mistakes }
    }

    /// What can be said of a parameter without asking anybody.
    fn settle(&mut self, parameter: &Parameter) -> Settled {
        if self.questionnaire.needs(parameter).iter().any(|name| self.is_wrong(name)) {
            return Settled::Known(Step::Wrong);
        }
        let variables = self.variables();
        match self.questionnaire.applies(parameter, &variables) {
            Ok(true) => {}
            Ok(false) => return Settled::Known(Step::Inactive),
            Err(mistake) => return Settled::Known(self.wrong(vec![mistake])),
        }
        if let Some(computed) = &parameter.computed {
            let value = self.questionnaire.render(parameter, computed, &variables);
            return Settled::Known(self.checked(parameter, value, Origin::Computed));
        }
        if let Some(given) = self.given.get(&parameter.name).filter(|it| it.value != Value::Null) {
            let mistakes = self.questionnaire.mistakes(parameter, given);
            return Settled::Known(match mistakes.is_empty() {
                true => answered(given.value.clone(), given.origin),
                false => self.wrong(mistakes),
            });
        }
        let default = parameter.default.as_ref();
        match default.map(|it| self.questionnaire.render(parameter, it, &variables)).transpose() {
            Ok(default) => Settled::Open(default),
            Err(mistake) => Settled::Known(self.wrong(vec![mistake])),
        }
    }

    /// Asks for an answer, takes the default, or notes that there is none. `None`: went back.
    fn ask(
        &mut self,
        parameter: &Parameter,
        default: Option<Value>,
        asking: &mut Asking<'_>,
    ) -> Result<Option<Step>, ResolveError> {
        let ask = match asking {
            Asking::ForAll(ask) => ask,
            Asking::ForMissing(ask) if default.is_none() && parameter.is_required => ask,
            Asking::Nobody | Asking::ForMissing(_) => {
                return Ok(Some(self.without_asking(parameter, default)));
            }
        };
        let questionnaire = self.questionnaire;
        let check = |value: &Value| questionnaire.complaint(parameter, value);
        let question = Question {
            parameter,
            proposal: self.remembered.get(&parameter.name).or(default.as_ref()),
            answered: self.steps.iter().filter(|step| step.was_asked()).count(),
            check: &check,
        };
        match ask.ask(&question).map_err(ResolveError::Asked)? {
            Reply::Answer(value) => {
                self.remembered.insert(parameter.name.clone(), value.clone());
                let origin = match default {
                    Some(default) if default == value => Origin::Default,
                    _ if value == Value::Null => Origin::Default,
                    _ => Origin::Prompt,
                };
                Ok(Some(Step::Answered { answer: Answer { value, origin }, asked: true }))
            }
            Reply::Back => self.go_back(),
        }
    }

    fn go_back(&mut self) -> Result<Option<Step>, ResolveError> {
        let last = self.steps.iter().rposition(Step::was_asked).ok_or(ResolveError::Back)?;
        self.steps.truncate(last);
        Ok(None)
    }

    fn without_asking(&mut self, parameter: &Parameter, default: Option<Value>) -> Step {
        match default {
            Some(value) => self.checked(parameter, Ok(value), Origin::Default),
            None if parameter.is_required => self.wrong(vec![missing(parameter)]),
            None => answered(Value::Null, Origin::Default),
        }
    }

    /// A default or computed value that its own schema refuses is the manifest's mistake.
    fn checked(
        &mut self,
        parameter: &Parameter,
        value: Result<Value, Diagnostic>,
        origin: Origin,
    ) -> Step {
        let complaint = |value: Value| match self.questionnaire.complaint(parameter, &value) {
            Ok(()) => Ok(value),
            Err(complaint) => Err(unfit(parameter, origin, &complaint)),
        };
        match value.and_then(complaint) {
            Ok(value) => answered(value, origin),
            Err(mistake) => self.wrong(vec![mistake]),
        }
    }

    fn wrong(&mut self, mistakes: Vec<Diagnostic>) -> Step {
        self.mistakes.extend(mistakes);
        Step::Wrong
    }

    fn is_wrong(&self, name: &str) -> bool {
        let named = self.questionnaire.position(name).and_then(|at| self.steps.get(at));
        matches!(named, Some(Step::Wrong))
    }

    fn entries(&self) -> impl Iterator<Item = (&'a str, &Step)> {
        self.questionnaire.names().zip(&self.steps)
    }

    /// What expressions see: every parameter so far, those that do not apply as null.
    fn variables(&self) -> Value {
        let value = |step: &Step| match step {
            Step::Answered { answer, .. } => answer.value.clone(),
            Step::Inactive | Step::Wrong => Value::Null,
        };
        Value::map(self.entries().map(|(name, step)| (name, value(step))))
    }

    fn answers(&self) -> Answers {
        let none = Answer { value: Value::Null, origin: Origin::Default };
        let answer = |step: &Step| match step {
            Step::Answered { answer, .. } => answer.clone(),
            Step::Inactive | Step::Wrong => none.clone(),
        };
        self.entries().map(|(name, step)| (name.to_owned(), answer(step))).collect()
    }

    fn warnings(&self) -> Vec<Diagnostic> {
        let is_inactive = |(_, step): &(&str, &Step)| matches!(step, Step::Inactive);
        let inactive: BTreeSet<_> = self.entries().filter(is_inactive).map(|it| it.0).collect();
        let given = self.given.iter().filter(|(name, _)| inactive.contains(name.as_str()));
        given.map(|(name, given)| without_effect(name, given)).collect()
    }
}

impl Step {
    const fn was_asked(&self) -> bool {
        matches!(self, Self::Answered { asked: true, .. })
    }
}

const fn answered(value: Value, origin: Origin) -> Step {
    Step::Answered { answer: Answer { value, origin }, asked: false }
}

fn missing(parameter: &Parameter) -> Diagnostic {
    let name = &parameter.name;
    let mistake = Diagnostic::error("missing-answer", format!("parameter `{name}` has no answer"))
        .help(format!("pass `--set {name}=…` or add `{name}` to the spec file"));
    match parameter.title.as_ref().or(parameter.description.as_ref()) {
        Some(title) => mistake.note(title.clone()),
        None => mistake,
    }
}

fn unfit(parameter: &Parameter, origin: Origin, complaint: &str) -> Diagnostic {
    let what = match origin {
        Origin::Computed => "the computed value",
        _ => "the default",
    };
    let message = format!("{what} of parameter `{}` {complaint}", parameter.name);
    Diagnostic::error("default", message)
        .at(parameter.value_place.clone())
        .help(format!("pass `--set {}=…`, or mend the golden path", parameter.name))
}

fn without_effect(name: &str, given: &Given) -> Diagnostic {
    let message = format!("parameter `{name}` does not apply with these answers");
    Diagnostic::warning("without-effect", message)
        .at(given.key.clone())
        .note(format!("its answer from {} is left out", given.origin))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{manifest::Manifest, text::Document};

    const HEAD: &str = "apiVersion: flagstone/v1\nkind: GoldenPath\nmetadata: {name: svc, version: 1.0.0, title: T, owner: o}\n";

    fn manifest(parameters: &str) -> Manifest {
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
        let questionnaire = match Questionnaire::new(&manifest.parameters) {
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
            self.1.push(format!("{} [{proposal}] {}", question.parameter.name, question.answered));
            Ok(self.0.remove(0))
        }
    }

    fn asked(replies: &[Reply]) -> (Vec<String>, Vec<String>) {
        let manifest = manifest(PARAMETERS);
        let mut script = Script(replies.to_vec(), Vec::new());
        let questionnaire = Questionnaire::new(&manifest.parameters).unwrap();
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
        let questionnaire = Questionnaire::new(&manifest.parameters).unwrap();
        let mut replay = Replay::new(&mut script);
        resolve(&questionnaire, &given(&[]), Asking::ForAll(&mut replay)).unwrap();
        replay.back();
        let result = resolve(&questionnaire, &given(&[]), Asking::ForAll(&mut replay));
        assert_eq!(show(result)[2], "note = \"new\" (the prompt)");
        assert_eq!(script.1[2..], ["note [] 2", "note [\"old\"] 2"]);
    }

    #[test]
    fn going_back_from_the_first_question_leaves_the_questionnaire() {
        assert_eq!(asked(&[Reply::Back]).1, ["Back"]);
    }
}
