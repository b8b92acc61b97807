//! A dialogue over the parts of one answer: a map key by key, a list item by item.
//!
//! **Invariant:** the way through the parts follows from the replies alone: going back forgets the
//! last reply and walks again, so that what was replied before is not asked twice.

use super::{
    Ask, AskError, Question, Questionnaire, Reply,
    complaint::{Closed, complaints},
};
use crate::{
    data::Value,
    diag::Diagnostic,
    manifest::{Parameter, Shape},
    schema::Schema,
};

/// What a dialogue is about.
pub(super) struct Subject<'a> {
    /// The questionnaire.
    pub(super) questionnaire: &'a Questionnaire<'a>,
    /// The answers to the other parameters.
    pub(super) variables: &'a Value,
    /// The parameter.
    pub(super) parameter: &'a Parameter,
    /// The answer that is proposed.
    pub(super) proposal: Option<&'a Value>,
    /// How many questions were answered before.
    pub(super) answered: usize,
}

/// What was replied so far, and what the person is told next.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress {
    /// The replies in order.
    pub(super) replies: Vec<Value>,
    /// The reply that is asked for again.
    pub(super) taken_back: Option<Value>,
    /// Why it is asked for again.
    pub(super) complaint: Option<String>,
}

/// Why a walk ended before its end.
enum Stop {
    Back,
    Failed(AskError),
    Wrong(Box<Diagnostic>),
}

/// What came of a dialogue.
pub(super) enum Ended {
    /// An answer that fits.
    Answer(Value),
    /// Back from its first question.
    Back,
    /// A part that can't be asked: the golden path's mistake.
    Wrong(Box<Diagnostic>),
}

struct Walk<'a, 'p> {
    subject: &'a Subject<'a>,
    progress: &'p mut Progress,
    ask: &'p mut dyn Ask,
    next: usize,
    /// The items of the list so far, where the answer is one.
    items: Vec<Value>,
}

/// One question within an answer.
struct Part<'a> {
    parameter: Parameter,
    proposal: Option<&'a Value>,
}

impl Progress {
    /// Asks for the last reply again.
    pub(super) fn step_back(&mut self) {
        self.taken_back = self.replies.pop();
    }
}

/// Asks for an answer part by part.
///
/// # Errors
/// If nobody can be asked, or the person ended the run.
pub(super) fn ask(
    subject: &Subject<'_>,
    progress: &mut Progress,
    ask: &mut dyn Ask,
) -> Result<Ended, AskError> {
    loop {
        let mut walk = Walk { subject, progress, ask, next: 0, items: Vec::new() };
        match walk.whole() {
            Ok(value) => match walk.fits(&value) {
                Ok(Ok(())) => return Ok(Ended::Answer(value)),
                Ok(Err(_)) if progress.replies.is_empty() => return Ok(Ended::Answer(value)),
                Ok(Err(why)) => {
                    progress.step_back();
                    progress.complaint = Some(why);
                }
                Err(mistake) => return Ok(Ended::Wrong(mistake)),
            },
            Err(Stop::Back) if progress.replies.is_empty() => return Ok(Ended::Back),
            Err(Stop::Back) => progress.step_back(),
            Err(Stop::Failed(error)) => return Err(error),
            Err(Stop::Wrong(mistake)) => return Ok(Ended::Wrong(mistake)),
        }
    }
}

impl Walk<'_, '_> {
    fn whole(&mut self) -> Result<Value, Stop> {
        let parameter = self.subject.parameter.clone();
        self.value(&Part { parameter, proposal: self.subject.proposal }, &Value::Null)
    }

    /// Whether the whole answer is one, as every part of it is.
    fn fits(&self, value: &Value) -> Result<Result<(), String>, Box<Diagnostic>> {
        let Subject { questionnaire, parameter, variables, .. } = *self.subject;
        let whole = questionnaire.complete(parameter, value.clone(), variables)?;
        Ok(questionnaire.complaint(parameter, &whole))
    }

    /// Asks for one part; `item` is the map around it so far.
    fn value(&mut self, part: &Part<'_>, item: &Value) -> Result<Value, Stop> {
        let parameter = &part.parameter;
        match &parameter.shape {
            Shape::Object(fields) => {
                let is_optional = !parameter.is_required && parameter.default.is_none();
                let question = format!("{}: give one?", parameter.question());
                if is_optional && !self.gate(part, question, part.proposal.is_some())? {
                    return Ok(Value::Null);
                }
                self.keys(part, fields)
            }
            Shape::List(inner) if parameter.shape.is_nested() => self.items(part, inner),
            Shape::Map(inner) => self.entries(part, inner),
            _ => self.leaf(part, item),
        }
    }

    /// The known keys of a map, one after another.
    fn keys(&mut self, part: &Part<'_>, fields: &[Parameter]) -> Result<Value, Stop> {
        let Subject { questionnaire, variables, .. } = *self.subject;
        let mut so_far: Vec<(&str, Value)> =
            fields.iter().map(|it| (it.name.as_str(), Value::Null)).collect();
        for (at, field) in fields.iter().enumerate() {
            let item = Value::map(so_far.iter().cloned());
            let default = questionnaire.default_of_key(field, &item, variables)?;
            let given = part.proposal.and_then(|it| it.get(&field.name));
            let proposal = given.filter(|it| **it != Value::Null).or(default.as_ref());
            let title = field.title.clone().unwrap_or_else(|| readable(&field.name));
            let title = format!("{}: {title}", part.parameter.question());
            let name = format!("{}.{}", part.parameter.name, field.name);
            let page = part.parameter.page.clone();
            let parameter = Parameter { name, title: Some(title), page, ..field.clone() };
            let value = self.value(&Part { parameter, proposal }, &item)?;
            if let Some(entry) = so_far.get_mut(at) {
                entry.1 = value;
            }
        }
        Ok(Value::map(so_far.into_iter().filter(|(_, value)| *value != Value::Null)))
    }

    /// Items, until there are enough.
    fn items(&mut self, part: &Part<'_>, inner: &Shape) -> Result<Value, Stop> {
        let proposed = part.proposal.map(Value::items).unwrap_or_default();
        let of_schema = part.parameter.schema.get("items").and_then(|it| it.get("title"));
        let of_items = of_schema.and_then(Value::as_text).unwrap_or(part.parameter.question());
        let is_whole = part.parameter.name == self.subject.parameter.name;
        let mut items = Vec::new();
        while self.is_more(part, ("minItems", "maxItems"), items.len(), proposed.len())? {
            let number = items.len();
            let name = format!("{}[{number}]", part.parameter.name);
            let title = format!("{of_items} {}", number + 1);
            let parameter = inside(part, "items", (name, title), inner);
            let item = Part { parameter, proposal: proposed.get(number) };
            items.push(self.value(&item, &Value::Null)?);
            if is_whole {
                self.items.clone_from(&items);
            }
        }
        Ok(Value::List(items))
    }

    /// Keys of the person's own, each with its value, until there are enough.
    fn entries(&mut self, part: &Part<'_>, inner: &Shape) -> Result<Value, Stop> {
        let proposed: Vec<_> = part.proposal.into_iter().flat_map(Value::entries).collect();
        let limits = ("minProperties", "maxProperties");
        let mut entries: Vec<(String, Value)> = Vec::new();
        while self.is_more(part, limits, entries.len(), proposed.len())? {
            let number = entries.len();
            let name = format!("{}[{number}]", part.parameter.name);
            let title = format!("{} {}: key", part.parameter.question(), number + 1);
            let proposal = proposed.get(number).map(|(key, _)| Value::from(*key));
            let parameter = inside(part, "propertyNames", (name.clone(), title), &Shape::Text);
            let key = Part { parameter, proposal: proposal.as_ref() };
            let key = self.key(&key, &entries)?;
            let title = format!("{}: {key}", part.parameter.question());
            let parameter =
                inside(part, "additionalProperties", (format!("{name}.value"), title), inner);
            let proposal = proposed.iter().find(|(it, _)| *it == key).map(|(_, value)| *value);
            let value = self.value(&Part { parameter, proposal }, &Value::Null)?;
            entries.push((key, value));
        }
        Ok(Value::map(entries))
    }

    fn key(&mut self, part: &Part<'_>, taken: &[(String, Value)]) -> Result<String, Stop> {
        let schema = compiled(&part.parameter)?;
        let check = |value: &Value| {
            let is_taken = taken.iter().any(|(key, _)| value.as_text() == Some(key));
            match complaints(&part.parameter, &schema, value).first() {
                _ if is_taken => Err("is there already".to_owned()),
                Some(complaint) => Err(complaint.told()),
                None => Ok(()),
            }
        };
        let key = self.reply(part, &check, &Closed::new())?;
        Ok(key.to_string())
    }

    /// Whether there is one more: as there must be, as there may not be, or as the person says.
    fn is_more(
        &mut self,
        part: &Part<'_>,
        (least, most): (&str, &str),
        count: usize,
        proposed: usize,
    ) -> Result<bool, Stop> {
        let limit = |key: &str| part.parameter.schema.get(key)?.to_json().parse::<usize>().ok();
        if limit(least).is_some_and(|least| count < least) {
            return Ok(true);
        }
        if limit(most).is_some_and(|most| count >= most) {
            return Ok(false);
        }
        let one = if count == 0 { "one" } else { "another" };
        let question = format!("{}: add {one}?", part.parameter.question());
        let name = format!("{}[{count}]", part.parameter.name);
        let parameter = Parameter { name, ..part.parameter.clone() };
        self.gate(&Part { parameter, proposal: None }, question, count < proposed)
    }

    /// Asks whether to go on.
    fn gate(&mut self, part: &Part<'_>, question: String, proposal: bool) -> Result<bool, Stop> {
        let proposal = Value::from(proposal);
        let parameter = Parameter {
            name: format!("{}?", part.parameter.name),
            title: Some(question),
            shape: Shape::Boolean,
            is_required: true,
            is_secret_reference: false,
            placeholder: None,
            ..part.parameter.clone()
        };
        let part = Part { parameter, proposal: Some(&proposal) };
        let reply = self.reply(&part, &|_| Ok(()), &Closed::new())?;
        Ok(reply == Value::Bool(true))
    }

    /// Asks for a part that has no parts.
    fn leaf(&mut self, part: &Part<'_>, item: &Value) -> Result<Value, Stop> {
        let Subject { questionnaire, variables, .. } = *self.subject;
        let parameter = &part.parameter;
        let mut seen = variables.clone();
        if let Value::Map(entries) = &mut seen {
            entries.push(("item".into(), item.clone()));
        }
        let choices: Vec<_> = parameter.shape.choices().into_iter().cloned().collect();
        let closed = questionnaire.closed(&choices, &seen)?;
        let schema = compiled(parameter)?;
        let check = |value: &Value| {
            if *value == Value::Null && !parameter.is_required {
                return Ok(());
            }
            match complaints(parameter, &schema, value).first() {
                Some(complaint) => Err(complaint.told()),
                None => is_open(&closed, value),
            }
        };
        let items = std::mem::take(&mut self.items);
        let list = self.subject.parameter.name.clone();
        let own = self.own_key(&parameter.name, items.len()).map(str::to_owned);
        let check = |value: &Value| {
            check(value)?;
            let Some(key) = &own else { return Ok(()) };
            match questionnaire.repeated(&list, key, (&items, value)) {
                Some(item) => {
                    Err(format!("item {item} has it already, and each makes a file by it"))
                }
                None => Ok(()),
            }
        };
        let reply = self.reply(part, &check, &closed);
        self.items = items;
        reply
    }

    /// The key of the item of the list that a part is: `name` of `queues[1].name` while there is one
    /// item before it. Deeper parts have none.
    fn own_key<'n>(&self, part: &'n str, number: usize) -> Option<&'n str> {
        let item = part.strip_prefix(&self.subject.parameter.name)?;
        let key = item.strip_prefix(&format!("[{number}]"))?;
        let key = key.strip_prefix('.').unwrap_or(key);
        (!key.contains(['.', '['])).then_some(key)
    }

    /// The next reply: as it was given before, or from the person.
    fn reply(
        &mut self,
        part: &Part<'_>,
        check: &dyn Fn(&Value) -> Result<(), String>,
        closed: &Closed,
    ) -> Result<Value, Stop> {
        if let Some(reply) = self.progress.replies.get(self.next) {
            self.next += 1;
            return Ok(reply.clone());
        }
        let taken_back = self.progress.taken_back.take();
        let complaint = self.progress.complaint.take();
        let proposal = taken_back.as_ref().or(part.proposal);
        let question = Question {
            parameter: &part.parameter,
            proposal: proposal.filter(|it| is_open(closed, it).is_ok()),
            answered: self.subject.answered + self.next,
            check,
            closed,
            complaint: complaint.as_deref(),
        };
        match self.ask.ask(&question).map_err(Stop::Failed)? {
            Reply::Answer(value) => {
                self.progress.replies.push(value.clone());
                self.next += 1;
                Ok(value)
            }
            Reply::Back => Err(Stop::Back),
        }
    }
}

impl From<Box<Diagnostic>> for Stop {
    fn from(mistake: Box<Diagnostic>) -> Self {
        Self::Wrong(mistake)
    }
}

impl From<Diagnostic> for Stop {
    fn from(mistake: Diagnostic) -> Self {
        Self::Wrong(Box::new(mistake))
    }
}

/// Whether a value holds nothing that can't be chosen.
pub(super) fn is_open(closed: &Closed, value: &Value) -> Result<(), String> {
    let holds = |it: &Value| it == value || value.items().contains(it);
    match closed.iter().find(|(it, _)| holds(it)) {
        Some((it, why)) => Err(format!("can't be `{it}`: {why}")),
        None => Ok(()),
    }
}

/// A part of a list or map, by the key of the schema that describes it.
fn inside(part: &Part<'_>, key: &str, (name, title): (String, String), shape: &Shape) -> Parameter {
    let around = &part.parameter;
    Parameter {
        name,
        title: Some(title),
        shape: shape.clone(),
        default: None,
        is_required: true,
        widget: None,
        schema: around.schema.get(key).cloned().unwrap_or_else(|| Value::Map(Vec::new())),
        ..around.clone()
    }
}

/// The words of a key that has no title: `max_size` as `Max size`.
fn readable(key: &str) -> String {
    let words = key.replace(['_', '-'], " ");
    let mut characters = words.chars();
    let first = characters.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", characters.as_str())
}

fn compiled(parameter: &Parameter) -> Result<Schema, Stop> {
    Schema::compile(&parameter.schema).map_err(|error| {
        let at = &parameter.name;
        let message = format!("the schema of `{at}` can't be used: {error}");
        Diagnostic::error("parameter-schema", message).at(parameter.place.clone()).into()
    })
}
