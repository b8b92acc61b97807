//! The parameters of a manifest, made ready for answering.

use std::collections::BTreeSet;

use super::{
    complaint::{self, Closed, Complaint, complaints},
    given::{Given, GivenAnswers, form_help, origin_note},
    order::{Node, order},
    prepared::{Prepared, prepare},
    rule::{self, PreparedRule},
};
use crate::{
    answer::Origin,
    data::Value,
    diag::Diagnostic,
    manifest::{Choice, Parameter, Rule, Source, render_value},
    name,
    schema::Part,
    template::Expressions,
};

/// The parameters of a manifest in the order in which they can be answered.
pub struct Questionnaire<'a> {
    prepared: Vec<Prepared<'a>>,
    rules: Vec<PreparedRule<'a>>,
    /// Lists with the key that no two items may share.
    distinct: BTreeSet<(String, String)>,
    expressions: Expressions,
}

impl<'a> Questionnaire<'a> {
    /// Makes parameters ready: compiles their schemas, finds out what depends on what.
    ///
    /// # Errors
    /// Expressions that don't parse or speak of unknown parameters, and cycles, by name.
    pub fn new(parameters: &'a [Parameter], rules: &'a [Rule]) -> Result<Self, Vec<Diagnostic>> {
        let expressions = Expressions::new();
        let mut mistakes = Vec::new();
        let mut prepared = Vec::new();
        for parameter in parameters {
            match prepare(&expressions, parameter, parameters) {
                Ok(ready) => prepared.push(ready),
                Err(found) => mistakes.extend(found),
            }
        }
        let mut prepared_rules = Vec::new();
        for rule in rules {
            match rule::prepare(&expressions, rule, parameters) {
                Ok(ready) => prepared_rules.push(ready),
                Err(found) => mistakes.extend(found),
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let node = |it: &Prepared<'a>| Node { name: &it.parameter.name, needs: it.needs.clone() };
        let nodes: Vec<_> = prepared.iter().map(node).collect();
        let sequence = order(&nodes).map_err(|names| vec![cycle(&names, parameters)])?;
        let mut slots: Vec<_> = prepared.into_iter().map(Some).collect();
        let take = |index: usize| slots.get_mut(index).and_then(Option::take);
        let prepared = sequence.into_iter().filter_map(take).collect();
        Ok(Self { prepared, rules: prepared_rules, distinct: BTreeSet::new(), expressions })
    }

    /// Lists with a key that tells their items apart; an empty key is the item itself. Who is asked
    /// for an item that repeats one is told there.
    pub fn with_distinct(self, distinct: BTreeSet<(String, String)>) -> Self {
        Self { distinct, ..self }
    }

    /// The item, counted from one, that has the same value under a key that tells items apart.
    pub(super) fn repeated(
        &self,
        list: &str,
        key: &str,
        (items, value): (&[Value], &Value),
    ) -> Option<usize> {
        let is_told_apart =
            self.distinct.iter().any(|it| (it.0.as_str(), it.1.as_str()) == (list, key));
        let of = |item: &Value| match key {
            "" => Some(item.clone()),
            key => item.get(key).cloned(),
        };
        let is_empty = *value == Value::Null || *value == Value::from("");
        let same = |item: &Value| of(item).as_ref() == Some(value);
        items.iter().position(same).filter(|_| is_told_apart && !is_empty).map(|at| at + 1)
    }

    /// What is wrong with the items of a list that was answered at once: two that are one.
    pub(super) fn repeats(&self, list: &str, value: &Value) -> Result<(), String> {
        for (at, item) in value.items().iter().enumerate() {
            let before = value.items().get(..at).unwrap_or_default();
            if self.repeated(list, "", (before, item)).is_some() {
                return Err(format!("has `{item}` twice, and each makes a file by it"));
            }
        }
        Ok(())
    }

    /// The rules that can be judged once the parameter at `position` is settled, and not before.
    pub(super) fn rules_at(&self, position: usize) -> impl Iterator<Item = &PreparedRule<'a>> {
        let last =
            |rule: &PreparedRule<'_>| rule.names.iter().filter_map(|it| self.position(it)).max();
        self.rules.iter().filter(move |rule| last(rule) == Some(position))
    }

    /// Whether a rule holds with these variables.
    pub(super) fn holds(
        &self,
        rule: &PreparedRule<'_>,
        variables: &Value,
    ) -> Result<bool, Diagnostic> {
        rule.holds(&self.expressions, variables)
    }

    /// The names that a parameter's condition, default or computed value speaks of.
    pub fn depends_on(&self, name: &str) -> Vec<String> {
        let of = |it: &&Prepared<'a>| it.parameter.name == name;
        let needs = self.prepared.iter().find(of).map(|it| it.needs.iter().cloned().collect());
        needs.unwrap_or_default()
    }

    /// The parameters whose answers can make others wrong, hidden or different: those that any rule,
    /// condition, default or closed choice speaks of, and those with choices that may be closed.
    pub fn spoken(&self) -> BTreeSet<String> {
        let closes = |it: &&Prepared<'a>| {
            it.parameter.shape.choices().iter().any(|choice| choice.disabled.is_some())
        };
        let closing = self.prepared.iter().filter(closes).map(|it| it.parameter.name.clone());
        let needs = self.prepared.iter().flat_map(|it| it.needs.iter().cloned());
        let ruled = self.rules.iter().flat_map(|it| it.names.iter().cloned());
        closing.chain(needs).chain(ruled).collect()
    }

    /// The parameter at a position of the order.
    pub(super) fn at(&self, position: usize) -> Option<&'a Parameter> {
        self.prepared.get(position).map(|it| it.parameter)
    }

    /// The names in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> + Clone {
        self.prepared.iter().map(|it| it.parameter.name.as_str())
    }

    /// The position of a parameter in the order.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.prepared.iter().position(|it| it.parameter.name == name)
    }

    /// What a parameter's condition, default or computed value speaks of.
    pub(super) fn needs(&self, parameter: &Parameter) -> BTreeSet<String> {
        self.find(parameter).map(|it| it.needs.clone()).unwrap_or_default()
    }

    /// Whether a parameter applies with these variables.
    pub(super) fn applies(
        &self,
        parameter: &Parameter,
        variables: &Value,
    ) -> Result<bool, Diagnostic> {
        match &parameter.when {
            Some(condition) => self.expressions.evaluate_condition(condition, variables),
            None => Ok(true),
        }
    }

    /// Renders a default or computed value, at any depth.
    pub(super) fn render(
        &self,
        parameter: &Parameter,
        value: &Value,
        variables: &Value,
    ) -> Result<Value, Diagnostic> {
        render_value(value, &mut |text| {
            let source = Source { text: text.to_owned(), place: parameter.value_place.clone() };
            self.expressions.evaluate_template(&source, variables)
        })
    }

    /// The default of a key; `item` is the map around it so far.
    pub(super) fn default_of_key(
        &self,
        field: &Parameter,
        item: &Value,
        variables: &Value,
    ) -> Result<Option<Value>, Diagnostic> {
        let Some(default) = &field.default else { return Ok(None) };
        let mut variables = variables.clone();
        if let Value::Map(entries) = &mut variables {
            entries.push(("item".into(), item.clone()));
        }
        self.render(field, default, &variables).map(Some)
    }

    /// An answer with the defaults of the keys that it leaves out.
    pub(super) fn complete(
        &self,
        parameter: &Parameter,
        value: Value,
        variables: &Value,
    ) -> Result<Value, Diagnostic> {
        let mut render =
            |field: &Parameter, item: &Value| self.default_of_key(field, item, variables);
        parameter.shape.complete(value, &mut render)
    }

    /// Whether anything that was given is wrong, so that a person would answer in vain.
    pub(super) fn is_wrong(&self, given: &GivenAnswers) -> bool {
        given.iter().any(|(name, given)| {
            let parameter = self.position(name).and_then(|at| self.at(at));
            // What a key's default says may need answers that are still to come.
            let is_open = |it: &Parameter| it.shape.fields().iter().any(|it| it.default.is_some());
            parameter.is_none_or(|it| {
                it.computed.is_some()
                    || (!is_open(it) && !self.mistakes(it, given, &given.value).is_empty())
            })
        })
    }

    /// The parameters that are settled by what was given alone, whatever others are answered.
    pub(super) fn settled(&self, given: &GivenAnswers) -> BTreeSet<&'a str> {
        let mut settled: BTreeSet<&str> = BTreeSet::new();
        for it in &self.prepared {
            let name = it.parameter.name.as_str();
            let is_given = given.get(name).is_some_and(|it| it.value != Value::Null);
            let needs = match it.parameter.computed {
                Some(_) => &it.needs,
                None if is_given => &it.needs_given,
                None => continue,
            };
            if needs.iter().all(|name| settled.contains(name.as_str())) {
                settled.insert(name);
            }
        }
        settled
    }

    /// A parameter, and all that it depends on; a given answer does not depend on its default.
    pub(super) fn roots(&self, name: &str, given: &GivenAnswers) -> BTreeSet<&'a str> {
        let mut roots = BTreeSet::new();
        let mut waiting = BTreeSet::from([name]);
        while let Some(name) = waiting.pop_first() {
            let Some(it) = self.prepared.iter().find(|it| it.parameter.name == name) else {
                continue;
            };
            if roots.insert(it.parameter.name.as_str()) {
                let needs = if given.contains_key(name) { &it.needs_given } else { &it.needs };
                waiting.extend(needs.iter().map(String::as_str));
            }
        }
        roots
    }

    /// The choices that can't be chosen with these variables, with the reason.
    pub(super) fn closed(
        &self,
        choices: &[Choice],
        variables: &Value,
    ) -> Result<Closed, Diagnostic> {
        let mut closed = Closed::new();
        for choice in choices {
            let Some(source) = &choice.disabled else { continue };
            let why = self.expressions.evaluate_text(source, variables)?.trim().to_owned();
            if !why.is_empty() {
                closed.push((choice.value.clone(), why));
            }
        }
        Ok(closed)
    }

    /// The part of an answer that is a choice which nobody can choose.
    pub(super) fn unavailable(
        &self,
        parameter: &Parameter,
        value: &Value,
        variables: &Value,
    ) -> Result<Option<Complaint>, Diagnostic> {
        let mut closed = |choices: &[Choice]| self.closed(choices, variables);
        complaint::closed(&parameter.shape, value, &mut closed)
    }

    /// Given answers to parameters that do not exist or are never asked.
    pub(super) fn unknown(&self, given: &GivenAnswers) -> Vec<Diagnostic> {
        let complaint = |(name, given): (&String, &Given)| match self.position(name) {
            None => Some(unknown(name, given, self.names())),
            Some(at) => {
                let is_computed = self.at(at).is_some_and(|it| it.computed.is_some());
                is_computed.then(|| computed(name, given))
            }
        };
        given.iter().filter_map(complaint).collect()
    }

    /// What is wrong with a given answer, at its place; `whole` is the same with its defaults.
    pub(super) fn mistakes(
        &self,
        parameter: &Parameter,
        given: &Given,
        whole: &Value,
    ) -> Vec<Diagnostic> {
        if given.value == Value::Null {
            return Vec::new();
        }
        let complaints = self.complaints(parameter, whole);
        complaints.into_iter().map(|it| self.at_its_place(parameter, given, it)).collect()
    }

    /// What is wrong with a given answer where the default of a key can't be rendered: most likely
    /// because of that.
    pub(super) fn mistakes_without_defaults(
        &self,
        parameter: &Parameter,
        given: &Given,
        variables: &Value,
    ) -> Vec<Diagnostic> {
        let mut render = |field: &Parameter, item: &Value| {
            Ok(self.default_of_key(field, item, variables).ok().flatten())
        };
        let whole: Result<_, std::convert::Infallible> =
            parameter.shape.complete(given.value.clone(), &mut render);
        let Ok(whole) = whole;
        self.mistakes(parameter, given, &whole)
    }

    /// A complaint about a given answer, at its place.
    pub(super) fn at_its_place(
        &self,
        parameter: &Parameter,
        given: &Given,
        complaint: Complaint,
    ) -> Diagnostic {
        let Complaint { pointer, of, words, help } = complaint;
        let name = pointer.dotted();
        let name = match name.starts_with('[') || name.is_empty() {
            true => format!("{}{name}", parameter.name),
            false => format!("{}.{name}", parameter.name),
        };
        let help =
            help.or_else(|| form_help(parameter, given)).or_else(|| parameter.description.clone());
        let mistake = Diagnostic::error("invalid-answer", format!("parameter `{name}` {words}"));
        let mistake = mistake.maybe_help(help);
        let part = match of {
            Part::Key => given.parts.key(&pointer),
            Part::Value => given.parts.value(&pointer),
        };
        let mistake = match (part.or(given.place.as_ref()), complaint::holds_secret(&given.value)) {
            // The excerpt would print it.
            (Some(place), true) => mistake.note(format!("it stands at {}", place.label())),
            (place, _) => mistake.at(place.cloned()),
        };
        match origin_note(parameter, given) {
            Some(note) => mistake.note(note),
            None => mistake,
        }
    }

    /// Whether a value may be the answer to a parameter, as far as that can be told before others are
    /// answered. A parameter that nobody asks for has no answer.
    pub fn fits(&self, name: &str, value: &Value) -> bool {
        let parameter = self.prepared.iter().map(|it| it.parameter).find(|it| it.name == name);
        parameter.is_some_and(|it| self.complaints(it, value).is_empty())
    }

    /// What is wrong with a value, in words for a prompt.
    pub(super) fn complaint(&self, parameter: &Parameter, value: &Value) -> Result<(), String> {
        if *value == Value::Null && !parameter.is_required {
            return Ok(());
        }
        match self.complaints(parameter, value).first() {
            Some(complaint) => Err(complaint.told()),
            None => Ok(()),
        }
    }

    fn complaints(&self, parameter: &Parameter, value: &Value) -> Vec<Complaint> {
        let schema = self.find(parameter).map(|it| &it.schema);
        schema.map(|schema| complaints(parameter, schema, value)).unwrap_or_default()
    }

    fn find(&self, parameter: &Parameter) -> Option<&Prepared<'a>> {
        self.prepared.iter().find(|it| it.parameter.name == parameter.name)
    }
}

fn cycle(names: &[String], parameters: &[Parameter]) -> Diagnostic {
    let first = parameters.iter().find(|it| names.first() == Some(&it.name));
    let message = format!("parameters depend on each other in a circle: {}", names.join(" → "));
    Diagnostic::error("cycle", message)
        .at(first.map(|it| it.value_place.clone()))
        .help("give one of them a default that does not speak of the others")
}

fn unknown<'n>(
    name: &str,
    given: &Given,
    known: impl Iterator<Item = &'n str> + Clone,
) -> Diagnostic {
    let all: Vec<_> = known.clone().map(|name| format!("`{name}`")).collect();
    Diagnostic::error("unknown-parameter", format!("there is no parameter `{name}`"))
        .at(given.key.clone())
        .help(match all.as_slice() {
            [] => "this golden path asks nothing".to_owned(),
            some => format!("parameters: {}", some.join(", ")),
        })
        .maybe_help(name::did_you_mean(name, known))
}

fn computed(name: &str, given: &Given) -> Diagnostic {
    let message = format!("parameter `{name}` is computed and takes no answer");
    Diagnostic::error("computed-parameter", message).at(given.key.clone()).help("leave it out")
}

/// The origin that an answer has in a layer, whoever gave it to the golden path.
pub(super) const LAYER_ORIGIN: Origin = Origin::GoldenPath;
