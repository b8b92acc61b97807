//! Which parts of a layer's templates a render reaches.
//!
//! A template is rendered once more, from a copy in which each block tag is followed by a tag that
//! notes its number; what that copy prints is thrown away. A noting tag takes the place of the one
//! before it in the rules of white space, so the copy prints what the template prints.
//!
//! **Invariant:** nothing of this is part of a plan.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use minijinja::{Environment, Value as Jinja};

use super::{
    convert,
    engine::{TEMPLATE_FUEL, engine},
    lexed,
    root::{Around, Root},
    sources::partials,
};
use crate::{
    data::Value,
    manifest::Syntax,
    tree::{Entry, Tree},
};

/// A part of a template between two block tags: reached as a whole or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartNumber(usize);

/// Parts that were reached, by the template's path in the layer.
pub type ReachedParts = BTreeSet<(String, Syntax, PartNumber)>;

/// What the templates of a layer may use.
#[derive(Debug, Clone, Copy)]
pub struct Variables<'a> {
    /// The answers, a map by parameter: what people and other paths gave.
    pub answers: &'a Value,
    /// `data` in templates: what the catalog and the layer itself bring along.
    pub data: &'a Value,
}

/// The templates of a layer, ready to be rendered for what they reach.
#[derive(Debug)]
pub struct Coverage {
    curly: Environment<'static>,
    brackets: Environment<'static>,
    names: Vec<String>,
    variables: Jinja,
    notes: Notes,
}

/// What was reached: the number of a partial (0 is the template itself) and of its part.
type Notes = Arc<Mutex<BTreeSet<(usize, usize)>>>;

/// What the noting tags call; no name of a parameter is as long.
const NOTE: &str = "flagstone_notes_that_this_part_was_reached";

impl Coverage {
    /// The templates of a layer with the folder `files`.
    pub fn new(files: &Tree, variables: Variables<'_>) -> Self {
        let partials = Arc::new(partials(files));
        let notes = Notes::default();
        let mut all: Vec<_> = variables
            .answers
            .entries()
            .filter(|(name, _)| *name != "data")
            .map(|(name, value)| (Value::from(name), value.clone()))
            .collect();
        all.push(("data".into(), variables.data.clone()));
        Self {
            curly: noting(Syntax::Curly, &partials, &notes),
            brackets: noting(Syntax::Brackets, &partials, &notes),
            names: partials.keys().map(|name| format!("partials/{name}")).collect(),
            variables: convert::to_engine(&Value::Map(all)),
            notes,
        }
    }

    /// The parts that a render of the template reaches, those of its partials too. Where the render
    /// fails: the parts before that.
    pub fn reached(
        &self,
        path: &str,
        template: &Entry,
        syntax: Syntax,
        around: Option<Around<'_>>,
    ) -> ReachedParts {
        let engine = match syntax {
            Syntax::Curly => &self.curly,
            Syntax::Brackets => &self.brackets,
        };
        self.lock().clear();
        let copy = template.text().map(|text| noted(text, syntax, 0));
        let root = Root::counted(self.variables.clone(), around);
        // What can't be rendered was told by whoever made the plan.
        let _ = copy.map(|copy| engine.render_named_str(path, &copy, root));
        let name = |number: usize| match number.checked_sub(1) {
            None => Some(path.to_owned()),
            Some(at) => self.names.get(at).cloned(),
        };
        let notes = self.lock().clone();
        let part = |(file, part)| Some((name(file)?, syntax, PartNumber(part)));
        notes.into_iter().filter_map(part).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<(usize, usize)>> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The lines of each part of a template; a line without anything but block tags is of none.
pub fn part_lines(template: &str, syntax: Syntax) -> Vec<(PartNumber, BTreeSet<usize>)> {
    let tags = lexed::blocks(template, syntax);
    let starts = std::iter::once(0).chain(tags.iter().map(|tag| tag.end));
    let ends = tags.iter().map(|tag| tag.start).chain([template.len()]);
    let lines = |(start, end): (usize, usize)| -> BTreeSet<usize> {
        let before = template.get(..start).unwrap_or_default();
        let first = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let text = template.get(start..end).unwrap_or_default();
        let lines = text.split('\n').enumerate().filter(|(_, line)| !line.trim().is_empty());
        lines.map(|(number, _)| first + number).collect()
    };
    let parts = starts.zip(ends).map(lines).enumerate();
    parts.map(|(number, lines)| (PartNumber(number), lines)).collect()
}

fn noting(
    syntax: Syntax,
    partials: &Arc<BTreeMap<String, Arc<[u8]>>>,
    notes: &Notes,
) -> Environment<'static> {
    let mut engine = engine(syntax);
    // The notes are steps too.
    engine.set_fuel(Some(TEMPLATE_FUEL * 4));
    let notes = notes.clone();
    engine.add_function(NOTE, move |file: usize, part: usize| {
        notes.lock().unwrap_or_else(PoisonError::into_inner).insert((file, part));
    });
    let partials = partials.clone();
    engine.set_loader(move |name| {
        let number = partials.keys().position(|it| it == name).map(|at| at + 1);
        let text = partials.get(name).map(|bytes| String::from_utf8_lossy(bytes));
        Ok(number.zip(text).map(|(number, text)| noted(&text, syntax, number)))
    });
    engine
}

/// A template with a noting tag at its start and behind each of its block tags.
fn noted(template: &str, syntax: Syntax, file: usize) -> String {
    let (open, close) = match syntax {
        Syntax::Curly => ("{%", "%}"),
        Syntax::Brackets => ("[%", "%]"),
    };
    let note = |part: usize, mark: &str| format!("{open} do {NOTE}({file}, {part}) {mark}{close}");
    // The line break vanishes with the tag, and what follows begins a line as it did.
    let mut copy = note(0, "") + "\n";
    let mut at = 0;
    for (number, tag) in lexed::blocks(template, syntax).into_iter().enumerate() {
        copy += template.get(at..tag.end).unwrap_or_default();
        let inside = template.get(tag.start..tag.end).unwrap_or_default();
        let inside = inside.strip_suffix(close).unwrap_or_default();
        let mark = inside.chars().last().filter(|it| matches!(it, '-' | '+'));
        copy += &note(number + 1, &mark.map(String::from).unwrap_or_default());
        at = tag.end;
    }
    copy + template.get(at..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::RepoPath;

    fn layer(partials: &[(&str, &str)]) -> Tree {
        let file = |(path, text): &(&str, &str)| {
            (RepoPath::parse(path).unwrap(), Entry::file(text.as_bytes()))
        };
        partials.iter().map(file).collect()
    }

    /// The lines that no render with these answers reached.
    fn missed(template: &str, partials: &[(&str, &str)], answers: &[Value]) -> Vec<String> {
        let files = layer(partials);
        let mut reached = ReachedParts::new();
        let none = Value::Map(Vec::new());
        for answers in answers {
            let coverage = Coverage::new(&files, Variables { answers, data: &none });
            let entry = Entry::file(template.as_bytes());
            reached.extend(coverage.reached("template/a.j2", &entry, Syntax::Curly, None));
        }
        let all = std::iter::once(("template/a.j2", template)).chain(partials.iter().copied());
        let missed = all.flat_map(|(path, text)| {
            let is_missed = |part| !reached.contains(&(path.to_owned(), Syntax::Curly, part));
            let parts = part_lines(text, Syntax::Curly).into_iter();
            let lines = parts.filter(|(part, _)| is_missed(*part)).flat_map(|it| it.1);
            lines.map(|line| format!("{path}:{line}")).collect::<Vec<_>>()
        });
        missed.collect()
    }

    fn answers(db: &str) -> Value {
        Value::map([("db", Value::from(db)), ("list", Value::List(vec![1.into(), 2.into()]))])
    }

    #[test]
    fn a_branch_that_no_answer_takes_is_missed() {
        let template = "a\n{% if db == 'pg' %}\nb {{ db }}\n{% else %}\nc\n{% endif %}\nd\n";
        assert_eq!(missed(template, &[], &[answers("pg")]), ["template/a.j2:5"]);
        assert_eq!(missed(template, &[], &[answers("pg"), answers("no")]), [""; 0]);
    }

    #[test]
    fn loops_macros_partials_and_raw_texts_are_followed() {
        let template = "{% from 'm' import one, two %}{% raw %}{% if %}{% endraw %}\n\
            {%- for i in list -%}\n{{ one(i) }}\n{% else %}\nnone\n{%- endfor %}\n{% include 'p' %}\n";
        let partials = [
            (
                "partials/m",
                "{% macro one(x) %}\n{{ x }}\n{% endmacro %}\n{% macro two(x) %}\nz\n{% endmacro %}\n",
            ),
            ("partials/p", "p\n{% if db == 'pg' %}q{% endif %}\n"),
        ];
        assert_eq!(
            missed(template, &partials, &[answers("no")]),
            ["template/a.j2:5", "partials/m:5", "partials/p:2"]
        );
    }

    #[test]
    fn the_copy_prints_what_the_template_prints() {
        for template in [
            "\n\n a\n  {% if db %}\n b \n {%- else -%} c {% endif +%}\n\n d {% set x %}\ny\n{% endset %}[{{ x }}]\n",
            "{% for i in list %}\n  {% if i == 1 -%}\n   x\n  {% endif %}\n{% endfor %}\nend",
            "  {% raw +%}\n{{ a }}{% endraw %}\n{# c #}\n {%+ if db %} y {%+ endif %}",
        ] {
            let render = |text: &str| {
                let engine = noting(Syntax::Curly, &Arc::default(), &Notes::default());
                let root = Root::counted(convert::to_engine(&answers("pg")), None);
                engine.render_str(text, root).unwrap()
            };
            assert_eq!(render(&noted(template, Syntax::Curly, 0)), render(template), "{template}");
        }
    }
}
