//! Where parts of the face play without a command around them.
//!
//! The test program is started once more at a terminal, to run [`stage`] alone; a variable says
//! what is played.

use std::env;

use flagstone::{
    data::Value,
    host::Host,
    manifest::{Choice, Lifecycle, Parameter, Shape, Widget},
    resolve::{Ask as _, Question, Reply},
    text::{Document, Span},
    ui::{Color, Screen, human::CatalogRow, prompt::Prompter},
};
use portable_pty::CommandBuilder;

use crate::terminal::Terminal;

const PLAY: &str = "FLAGSTONE_TEST_PLAY";

/// How the test harness plays the stage alone.
const ARGUMENTS: [&str; 4] = ["--exact", "stage::stage", "--nocapture", "--quiet"];

/// Plays at a terminal, up to the first question.
pub(crate) fn play(name: &str) -> Terminal {
    play_with(name, &[])
}

/// Plays at a terminal with more in the environment.
pub(crate) fn play_with(name: &str, environment: &[(&str, &str)]) -> Terminal {
    let mut command = CommandBuilder::new(env::current_exe().unwrap());
    command.args(ARGUMENTS);
    command.env_clear();
    let path = env::var("PATH").unwrap_or_default();
    let surroundings = [("PATH", path.as_str()), ("TERM", "xterm-256color"), ("NO_COLOR", "1")];
    surroundings.iter().for_each(|(name, value)| command.env(name, value));
    command.env(PLAY, name);
    environment.iter().for_each(|(name, value)| command.env(name, value));
    let mut terminal = Terminal::start(command);
    terminal.wait_for("?");
    terminal
}

#[test]
fn stage() {
    let Ok(name) = env::var(PLAY) else { return };
    let host = Host::read().unwrap();
    let screen = Screen::new(&host, Color::Auto);
    let mut prompter = Prompter::new(&host, &screen);
    // Away with what the test harness wrote.
    eprint!("\x1b[2J\x1b[H");
    let outcome = match name.as_str() {
        "golden path" => format!("{:?}", prompter.choose_golden_path(&rows())),
        "summary" => format!("{:?}", prompter.confirm_summary()),
        "identity" => format!("{:?}", prompter.ask_identity()),
        name => format!("{:?}", ask(&mut prompter, name)),
    };
    screen.say(&format!("= {outcome}"));
    // The harness shall write nothing more.
    #[expect(clippy::exit, reason = "the end of the play")]
    std::process::exit(0)
}

/// Asks every question of a play in order; a way back is taken.
fn ask(prompter: &mut Prompter<'_>, play: &str) -> Result<Vec<Value>, String> {
    let script = script(play);
    let mut answers: Vec<Value> = Vec::new();
    while let Some((parameter, proposal)) = script.get(answers.len()) {
        let check = |value: &Value| check(&parameter.name, value);
        let question = Question {
            parameter,
            proposal: proposal.as_ref(),
            answered: answers.len(),
            check: &check,
            closed: &[],
            complaint: None,
        };
        match prompter.ask(&question).map_err(|error| error.to_string())? {
            Reply::Answer(value) => answers.push(value),
            Reply::Back => drop(answers.pop()),
        }
    }
    Ok(answers)
}

fn check(name: &str, value: &Value) -> Result<(), String> {
    match (name, value) {
        ("name", Value::Text(text)) if text.contains(' ') => {
            Err("must be lower case letters, digits and `-`".to_owned())
        }
        ("port", value) if value.to_json().len() > 5 => Err("must be at most 65535".to_owned()),
        ("features", Value::List(items)) if items.is_empty() => {
            Err("at least one is needed".to_owned())
        }
        _ => Ok(()),
    }
}

fn script(play: &str) -> Vec<(Parameter, Option<Value>)> {
    let mut name = parameter("name", "Service name\x1b[2J", Shape::Text);
    name.description = Some("Also the repository's name.".to_owned());
    name.help = Some("Two to forty characters; it begins with a letter.".to_owned());
    name.placeholder = Some("orders-api".to_owned());
    name.is_required = true;
    let mut port = parameter("port", "Port", Shape::Integer);
    port.default = Some(8080.into());
    let team = parameter("team", "Team", Shape::Text);
    let mut database = parameter("database", "Database", Shape::Choice(choices()));
    database.description = Some("Where orders are kept.".to_owned());
    database.is_required = true;
    let mut features = parameter("features", "Features", Shape::Choices(choices()));
    features.page = Some("Extras".to_owned());
    let postgres = Some(Value::List(vec!["postgres".into()]));
    let critical = parameter("critical", "Critical service", Shape::Boolean);
    let mut secret = parameter("token", "Token", Shape::Text);
    secret.is_secret_reference = true;
    let public = parameter("public", "Public", Shape::Boolean);
    let about = parameter("about", "About", Shape::Lines);
    let regions = parameter("regions", "Regions", Shape::List(Box::new(Shape::Text)));
    match play {
        "text" => vec![(name, None), (port, Some(8080.into()))],
        "optional" => {
            vec![(team, None), (parameter("cache", "Cache", Shape::Choice(choices())), None)]
        }
        "choice" => vec![(database, Some("postgres".into()))],
        "choices" => vec![(features, postgres)],
        "boolean" => vec![(critical, Some(true.into())), (public, None)],
        "wordy" => {
            let title = "What shall the service be called by those who will have to find it again";
            let mut wordy = parameter("wordy", title, Shape::Text);
            wordy.description = Some("A description that is longer than eighty columns, as they are when somebody explains.".to_owned());
            let title = "Where shall it keep what it is told by others";
            let choices = [
                (
                    "none",
                    "Nowhere, because it only passes on what it is told by others, at once and in order",
                ),
                (
                    "database",
                    "A database that a team runs for everybody, with backups that somebody has tried",
                ),
            ];
            let choices = choices.map(|(value, title)| Choice {
                title: Some(title.to_owned()),
                ..Choice::new(value.into())
            });
            let mut kept = parameter("kept", title, Shape::Choice(choices.into()));
            kept.description = Some("What is kept here is kept nowhere elsewhere.".to_owned());
            kept.is_required = true;
            vec![(wordy, Some("orders-of-the-day".into())), (kept, Some("none".into()))]
        }
        "secret" => vec![(secret, None)],
        "lines" => vec![(about, Some("one\ntwo".into()))],
        "list in an editor" => {
            let mut ports = parameter("ports", "Ports", Shape::List(Box::new(Shape::Integer)));
            ports.widget = Some(Widget::Editor);
            vec![(ports, Some(Value::List(vec![1.into(), 2.into()])))]
        }
        "list" => vec![(regions, Some(Value::List(vec!["eu".into(), "us".into()])))],
        play => panic!("no play is called `{play}`"),
    }
}

fn parameter(name: &str, title: &str, shape: Shape) -> Parameter {
    let place = Document::new("golden-path.yaml", "").place(Span::default());
    Parameter {
        name: name.to_owned(),
        title: Some(title.to_owned()),
        description: None,
        titles: std::collections::BTreeMap::new(),
        descriptions: std::collections::BTreeMap::new(),
        widget: None,
        help: None,
        placeholder: None,
        page: None,
        shape,
        default: None,
        when: None,
        computed: None,
        is_secret_reference: false,
        is_required: false,
        schema: Value::Null,
        place: place.clone(),
        value_place: place,
    }
}

fn choices() -> Vec<Choice> {
    [("none", "None"), ("postgres", "PostgreSQL"), ("mysql", "MySQL \x07")]
        .map(|(value, title)| Choice { title: Some(title.to_owned()), ..Choice::new(value.into()) })
        .into()
}

fn rows() -> Vec<CatalogRow> {
    [("go-service", "Go HTTP service"), ("rust-service", "Rust HTTP service")]
        .map(|(name, title)| CatalogRow {
            name: name.to_owned(),
            version: "1.0.0".parse().unwrap(),
            title: title.to_owned(),
            tags: vec!["http".to_owned()],
            lifecycle: Lifecycle::Production,
        })
        .into()
}
