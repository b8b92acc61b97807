//! Expressions and templates that stand in manifests.

use std::collections::BTreeSet;

use minijinja::{Environment, Error};

use super::{
    convert, engine, failure,
    filter::LITERALS,
    lexed::{self, Excess},
    root::Root,
};
use crate::{
    data::Value,
    diag::Diagnostic,
    manifest::{Source, Spoken, Syntax},
    text::{Document, Place, Span},
};

/// The longest text that a manifest's template makes, in bytes.
const MAX_TEXT: usize = 64 << 10;

/// Variables of the engine, and the names of them all.
pub(super) type Known<'k> = (minijinja::Value, &'k dyn Fn() -> Vec<String>);

/// What kind of text a [`Source`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// An expression: `database == 'postgres'`.
    Condition,
    /// A text with expressions in it: `{{ name | snake_case }}_db`.
    Template,
}

impl From<Spoken> for SourceKind {
    fn from(spoken: Spoken) -> Self {
        match spoken {
            Spoken::Condition => Self::Condition,
            Spoken::Default | Spoken::Computed | Spoken::Choice | Spoken::Key => Self::Template,
        }
    }
}

/// Evaluates what manifests state: conditions, computed and templated values.
#[derive(Debug)]
pub struct Expressions {
    engine: Environment<'static>,
}

impl Default for Expressions {
    fn default() -> Self {
        Self::new()
    }
}

impl Expressions {
    /// An evaluator; make one and keep it.
    pub fn new() -> Self {
        let mut engine = engine::engine(Syntax::Curly);
        engine.set_fuel(Some(engine::EXPRESSION_FUEL));
        Self { engine }
    }

    /// Whether a condition holds for a map of `variables`.
    ///
    /// # Errors
    /// What is wrong with it; an undefined name is an error also where it stands alone.
    pub fn evaluate_condition(
        &self,
        source: &Source,
        variables: &Value,
    ) -> Result<bool, Diagnostic> {
        let known = || names(variables);
        self.holds(source, (convert::to_engine(variables), &known))
    }

    /// The same with variables of the engine, and the names that are known.
    pub(super) fn holds(&self, source: &Source, variables: Known<'_>) -> Result<bool, Diagnostic> {
        check_excess(source)?;
        Ok(self.evaluate(source, &source.text, variables)?.is_true())
    }

    /// The value of a template: of a text that is exactly one expression, what it evaluates to; of
    /// any other the text that it renders to.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn evaluate_template(
        &self,
        source: &Source,
        variables: &Value,
    ) -> Result<Value, Diagnostic> {
        check_excess(source)?;
        if let Some(expression) = lexed::only_expression(&source.text) {
            let known = || names(variables);
            let known: Known<'_> = (convert::to_engine(variables), &known);
            let value = self.evaluate(source, expression, known)?;
            return convert::from_engine(&value).ok_or_else(|| {
                let message = format!("`{expression}` is no value");
                Diagnostic::error("template", message).at(source.place.clone())
            });
        }
        self.evaluate_text(source, variables).map(Value::Text)
    }

    /// The text that a template renders to, also where it is exactly one expression:
    /// `{{ 'no' if busy }}` is empty where the condition is false.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn evaluate_text(&self, source: &Source, variables: &Value) -> Result<String, Diagnostic> {
        check_excess(source)?;
        let text = self
            .engine
            .render_named_str(
                "<manifest>",
                &source.text,
                Root::counted(convert::to_engine(variables), None),
            )
            .map_err(|error| self.failure(&error, source, 0, &|| names(variables)))?;
        bounded(source, text)
    }

    /// The names that a source needs, globals of the engine left out.
    ///
    /// # Errors
    /// What is wrong with its syntax.
    pub fn references(
        &self,
        source: &Source,
        kind: SourceKind,
    ) -> Result<BTreeSet<String>, Diagnostic> {
        check_excess(source)?;
        let failed = |error: &Error| self.failure(error, source, 0, &Vec::new);
        let names = match kind {
            SourceKind::Condition => self
                .engine
                .compile_expression(&source.text)
                .map_err(|error| failed(&error))?
                .undeclared_variables(false),
            SourceKind::Template => self
                .engine
                .template_from_named_str("<manifest>", &source.text)
                .map_err(|error| failed(&error))?
                .undeclared_variables(false),
        };
        let is_global = |name: &String| self.engine.globals().any(|(global, _)| global == name);
        Ok(names.into_iter().filter(|name| !is_global(name)).collect())
    }

    fn evaluate(
        &self,
        source: &Source,
        expression: &str,
        (variables, known): Known<'_>,
    ) -> Result<minijinja::Value, Diagnostic> {
        let offset = source.text.find(expression).unwrap_or_default();
        let failed = |error: &Error| self.failure(error, source, offset, known);
        let compiled =
            self.engine.compile_expression(expression).map_err(|error| failed(&error))?;
        let value = compiled.eval(variables).map_err(|error| failed(&error))?;
        if value.is_undefined() {
            let name = expression.trim();
            let document = Document::new("<expression>", expression);
            let span = Span { start: 0, end: expression.len() };
            let diagnostic =
                Diagnostic::error("undefined-name", format!("`{name}` is not defined"))
                    .at(document.place(span))
                    .maybe_help(crate::name::did_you_mean(
                        name,
                        known().iter().map(String::as_str),
                    ));
            return Err(relocate(diagnostic, source, offset));
        }
        Ok(value)
    }

    fn failure(
        &self,
        error: &Error,
        source: &Source,
        offset: usize,
        known: &dyn Fn() -> Vec<String>,
    ) -> Diagnostic {
        let text = source.text.get(offset..).unwrap_or_default();
        let setting = failure::Setting {
            document: &|name| Some(Document::new(name, text)),
            known,
            partials: &Vec::new,
            target: None,
            syntax: Syntax::Curly,
        };
        relocate(failure::diagnostic(error, &setting), source, offset)
    }
}

fn names(variables: &Value) -> Vec<String> {
    variables.entries().map(|(name, _)| name.to_owned()).collect()
}

/// Moves a place in the source's text to where that text stands in the manifest.
fn relocate(mut diagnostic: Diagnostic, source: &Source, offset: usize) -> Diagnostic {
    let written = source.place.document.slice(source.place.span);
    let inside = diagnostic.place.as_ref().and_then(|place| {
        // Escapes and folded lines have no places of their own.
        let start = source.place.span.start + written.find(&source.text)? + offset;
        let span = Span { start: start + place.span.start, end: start + place.span.end };
        Some(source.place.document.place(span))
    });
    diagnostic.place = Some(inside.unwrap_or_else(|| Place::clone(&source.place)));
    diagnostic
}

fn check_excess(source: &Source) -> Result<(), Diagnostic> {
    match lexed::excess(&source.text, Syntax::Curly) {
        None => Ok(()),
        Some((_, what)) => Err(excess(what).at(source.place.clone())),
    }
}

/// The mistake of a template that outgrows every limit.
pub(crate) fn excess(what: Excess) -> Diagnostic {
    let (message, help) = match what {
        Excess::Growth => (
            "a text is joined to itself again and again",
            "build the text in one expression, or print its parts",
        ),
        Excess::Depth => ("this is nested or chained too deeply", "divide it into several steps"),
        Excess::Line => (
            "a line is longer than 60,000 bytes",
            "break it, or remove the `.j2` of a file that has no expressions",
        ),
        Excess::Namespace => (
            "a namespace takes constants and counters alone",
            "write `{% set ns.found = true %}` or `{% set ns.n = ns.n + 1 %}`; filters gather lists",
        ),
    };
    Diagnostic::error("template-limit", message).help(help)
}

fn bounded(source: &Source, text: String) -> Result<String, Diagnostic> {
    if text.len() > MAX_TEXT {
        return Err(Diagnostic::error("template-limit", "the text is longer than 64 KiB")
            .at(source.place.clone()));
    }
    Ok(text)
}

/// An expression as it stands before one more filter, or between two `~`: in brackets, unless it is a
/// name, a literal or a chain of filters, which bind closer.
pub fn operand(expression: &str) -> String {
    // What stands outside of brackets and quotes.
    let mut plain = String::new();
    let (mut depth, mut quote, mut is_escaped) = (0_usize, None, false);
    for character in expression.chars() {
        match (quote, character) {
            _ if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(open), it) if it == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, it) if depth == 0 => plain.push(it),
            (None, _) => {}
        }
    }
    let is_word = |it: char| it.is_alphanumeric() || "_.".contains(it);
    match plain.split('|').all(|part| part.trim().chars().all(is_word)) {
        true => expression.to_owned(),
        false => format!("({expression})"),
    }
}

/// An expression without the literal's filter that it ends in, and that filter.
pub fn without_filter(expression: &str) -> (&str, Option<&'static str>) {
    let without = |filter: &'static str| {
        let bare = expression.strip_suffix(filter)?.trim_end().strip_suffix('|')?.trim_end();
        Some((bare, Some(filter)))
    };
    LITERALS.into_iter().find_map(without).unwrap_or((expression, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(manifest: &str, text: &str) -> Source {
        let document = Document::new("golden-path.yaml", manifest);
        let start = manifest.find(text).unwrap();
        let place = document.place(Span { start, end: start + text.len() });
        Source { text: text.to_owned(), place }
    }

    fn variables() -> Value {
        Value::map([("name", Value::from("Orders API")), ("port", Value::from(8080))])
    }

    fn template(text: &str) -> Result<Value, Diagnostic> {
        Expressions::new().evaluate_template(&source(text, text), &variables())
    }

    fn condition(text: &str) -> Result<bool, Diagnostic> {
        Expressions::new().evaluate_condition(&source(text, text), &variables())
    }

    #[test]
    fn one_expression_keeps_its_type_and_any_other_text_is_text() {
        assert_eq!(template("{{ port + 1 }}"), Ok(Value::from(8081)));
        assert_eq!(template("{{ port > 1 }}"), Ok(Value::from(true)));
        assert_eq!(
            template("{{ [name, 1] }}"),
            Ok(Value::List(vec!["Orders API".into(), 1.into()]))
        );
        assert_eq!(template("{{ name | snake_case }}_db"), Ok("orders_api_db".into()));
        assert_eq!(template("{{ port }}{{ port > 1 }}"), Ok("8080true".into()));
        assert_eq!(template("plain"), Ok("plain".into()));
    }

    #[test]
    fn an_undefined_name_is_an_error_at_its_place_in_the_manifest() {
        let manifest = "name: x\nx-when: \"nmae == 'a'\"\n";
        let at = source(manifest, "nmae == 'a'");
        let error = Expressions::new().evaluate_condition(&at, &variables()).unwrap_err();
        assert_eq!(error.message, "`nmae` is not defined");
        assert_eq!(error.help.as_deref(), Some("did you mean `name`?"));
        assert_eq!(error.place.unwrap().label(), "golden-path.yaml:2:10");
        assert!(condition("nmae").is_err() && condition("not nmae").is_err());
        assert!(condition("nmae is defined") == Ok(false) && condition("port == 8080") == Ok(true));
        assert_eq!(
            template("a {{ prot }}").unwrap_err().place.unwrap().label(),
            "golden-path.yaml:1:6"
        );
    }

    #[test]
    fn references_leave_globals_out() {
        let names = |text, kind| Expressions::new().references(&source(text, text), kind);
        let needed = names("a == b.c and d in range(3)", SourceKind::Condition).unwrap();
        assert_eq!(needed.into_iter().collect::<Vec<_>>(), ["a", "b", "d"]);
        let needed = names("x {{ a }}{% set y = b %}{{ y }}", SourceKind::Template).unwrap();
        assert_eq!(needed.into_iter().collect::<Vec<_>>(), ["a", "b"]);
        assert!(names("a ==", SourceKind::Condition).is_err());
    }

    #[test]
    fn a_manifest_cannot_run_for_long() {
        assert!(
            template(
                "{% for i in range(99999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}"
            )
            .is_err()
        );
        assert!(template("{{ 'x' * 99999999999 }}").is_err());
        let doubled = "{% set x %}{{ x }}{{ x }}{% endset %}".repeat(40);
        assert!(template(&format!("{{% set x = 'abcd' %}}{doubled}{{{{ x }}}}")).is_err());
        assert!(template("{{ debug() }}").is_err() && template("{{ name | safe }}").is_err());
    }

    #[test]
    fn what_binds_less_than_a_filter_is_bracketed() {
        for bare in
            ["name", "a.b", "a[b + c]", "name | lower", "a | replace(' - ', \"+\")", "(a ~ b)"]
        {
            assert_eq!(operand(bare), bare);
        }
        let all =
            ["a ~ b", "a | lower + b", "a if b else c", "not a", "a == b", "a in b", "'x' ~ 'y'"];
        for open in all.into_iter().chain(["a or b", "-1", "a is none", "(a) ~ (b)"]) {
            assert_eq!(operand(open), format!("({open})"));
        }
    }
}
