//! The templates of one golden path or layer: compiled once each, rendered in one shared engine.

use std::{collections::BTreeSet, fmt, sync::Arc};

use minijinja::{Error, Template, Value as Jinja};

use super::{
    authorship::Authorship,
    beside, code, convert,
    expression::excess,
    failure,
    job::{Job, LonePlace, Marks, Mode, Printed},
    limited::Limited,
    mark::{Ground, grounds, openers, replaced},
    proofs::Proofs,
    root::{Around, Root},
    sources::{Sources, path_of},
    target::{Language, Target},
    tokens::Tokens,
};
use crate::{
    data::Value,
    diag::Diagnostic,
    manifest::{Source, Syntax},
    text::Document,
};

/// How many mistakes of one kind are told of one template.
const MAX_TOLD: usize = 64;

/// One template of a layer.
#[derive(Debug, Clone)]
pub struct TemplateFile<'a> {
    /// Its path in the layer: `template/src/main.rs.j2`.
    pub path: &'a str,
    /// Its bytes.
    pub bytes: &'a Arc<[u8]>,
    /// How it marks what is not text.
    pub syntax: Syntax,
}

/// How to render.
#[derive(Debug, Clone)]
pub enum Pass {
    /// As it will be written.
    Plain,
    /// With tokens in place of texts, all but one.
    Tokens(Arc<Tokens>, Option<String>),
    /// With tokens in place of texts, all but that of the place with a number.
    TokensAt(Arc<Tokens>, usize, LonePlace),
}

/// The templates of one golden path or layer, with answers.
#[derive(Debug)]
pub struct Templates<'s> {
    sources: &'s Sources,
    variables: Jinja,
    authorship: Arc<Authorship>,
}

/// A template, ready to be rendered as often as needed.
pub struct Compiled<'a> {
    templates: &'a Templates<'a>,
    file: TemplateFile<'a>,
    template: Template<'a, 'a>,
    around: Option<(Jinja, usize)>,
}

impl fmt::Debug for Compiled<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Compiled").field(&self.file.path).finish()
    }
}

impl<'s> Templates<'s> {
    /// The templates of a layer with a map of answers by parameter.
    pub fn new(sources: &'s Sources, answers: &Value) -> Self {
        let authorship = Authorship::new(answers, sources.written());
        Self { sources, variables: convert::to_engine(answers), authorship: Arc::new(authorship) }
    }

    /// Whether a condition of the layer's manifest holds.
    ///
    /// # Errors
    /// What is wrong with it; an undefined name is an error also where it stands alone.
    pub fn holds(&self, condition: &Source) -> Result<bool, Diagnostic> {
        let known = || self.authorship.names().to_vec();
        self.sources.expressions().holds(condition, (self.root(None), &known))
    }

    /// Compiles a template.
    ///
    /// # Errors
    /// What is wrong with its syntax, at its place.
    pub fn compile<'a>(&'a self, file: TemplateFile<'a>) -> Result<Compiled<'a>, Diagnostic> {
        let text = std::str::from_utf8(file.bytes).map_err(|_| {
            let message = format!("the template `{}` is not UTF-8", file.path);
            Diagnostic::error("template", message).help("remove the `.j2` of a binary file")
        })?;
        if let Some((span, what)) = self.sources.excess(&file, text) {
            return Err(excess(what).at(self.document(&file).place(span)));
        }
        let template = self
            .sources
            .compiled(&file, text)
            .map_err(|error| self.failure(&error, &file, Target::Prose))?;
        Ok(Compiled { templates: self, file, template, around: None })
    }

    /// The name of the layer and its version, as messages show it.
    pub fn title(&self) -> &str {
        self.sources.title()
    }

    /// The variables of an expression.
    fn root(&self, around: Option<(Jinja, usize)>) -> Jinja {
        Jinja::from_object(Root {
            variables: self.variables.clone(),
            data: Some(self.sources.data()),
            around,
            job: Jinja::UNDEFINED,
        })
    }

    fn document(&self, file: &TemplateFile<'_>) -> Document {
        let text = String::from_utf8_lossy(file.bytes);
        Document::new(format!("{}: {}", self.title(), file.path), text)
    }

    fn failure(&self, error: &Error, file: &TemplateFile<'_>, target: Target) -> Diagnostic {
        let document = |name: &str| match path_of(name) == file.path {
            true => Some(self.document(file)),
            false => self.sources.partial(name),
        };
        failure::diagnostic(
            error,
            &failure::Setting {
                document: &document,
                known: &|| self.authorship.names().to_vec(),
                partials: &|| self.sources.partials(),
                target: Some((target, &self.authorship)),
                syntax: file.syntax,
            },
        )
    }
}

impl Compiled<'_> {
    /// The same template, for an item of a list.
    #[must_use]
    pub fn around(mut self, around: Around<'_>) -> Self {
        self.around = Some((convert::to_engine(around.item), around.index));
        self
    }

    /// Renders the template into `target`, and says which texts it printed.
    ///
    /// # Errors
    /// What the template does wrong, at its place.
    pub fn render(&self, target: Target, pass: Pass) -> Result<(String, Printed), Diagnostic> {
        let is_plain = matches!(pass, Pass::Plain);
        let mode = match pass {
            Pass::Plain => Mode::Record,
            Pass::Tokens(tokens, raw) => Mode::Substitute(tokens, raw),
            Pass::TokensAt(tokens, at, how) => Mode::SubstituteAt(tokens, at, how),
        };
        let failure = |error| self.templates.failure(&error, &self.file, target);
        let (text, printed) = self.run(target, mode).map_err(failure)?;
        if target == Target::Code(Language::Python)
            && text != self.template.source()
            && code::has_encoding(&text)
        {
            return Err(self.recoded());
        }
        if let Target::Code(language) = target
            && is_plain
            && (language.is_markup() || printed.has_literals)
            && let Some(mistake) = self.misplaced(language, Some(&text), 1).pop()
        {
            return Err(mistake);
        }
        if let Target::Code(language) = target
            && is_plain
            && beside::may_join(&text, &printed.words, language)
            && let Some(mistake) = self.joined(language, &text)
        {
            return Err(mistake);
        }
        Ok((text, printed))
    }

    /// The printed texts that stand where they would be read as something else; `plain` is what it
    /// renders to, where it renders. The template runs once for each, `most` times at most.
    fn misplaced(&self, language: Language, plain: Option<&str>, most: usize) -> Vec<Diagnostic> {
        let target = Target::Code(language);
        let failure = |error| self.templates.failure(&error, &self.file, target);
        let stem = self.stem(plain.unwrap_or_default());
        let (neutral, marks) = match self.run(target, Mode::Mark(marked(&stem, false))) {
            Ok((neutral, printed)) => (neutral, printed.marks),
            Err(error) => return vec![failure(error)],
        };
        let Some(grounds) = grounds(&neutral, &stem, language) else { return Vec::new() };
        let mut found: Vec<Diagnostic> = Vec::new();
        let suits = |(number, ground): &(usize, Ground)| {
            marks.get(*number).is_some_and(|it| ground.suits(it, &stem, &marks))
        };
        let all = grounds.into_iter().chain(openers(&neutral, &stem, &marks, language));
        for (number, ground) in all.filter(|it| !suits(it)).take(most) {
            let mode = Mode::RefuseMark(marked(&stem, false), number, ground);
            let mistake = self.run(target, mode).err().map(failure);
            let mistake = mistake.unwrap_or_else(|| self.unfollowed(language));
            found.extend((!found.contains(&mistake)).then_some(mistake));
        }
        let is_followed = || replaced(&neutral, &stem, &marks).as_deref() == plain;
        if found.is_empty() && plain.is_some() && !is_followed() {
            found.push(self.unfollowed(language));
        }
        found
    }

    /// The first printed word that is read together with what stands beside it, where `plain` is what
    /// the template renders to.
    fn joined(&self, language: Language, plain: &str) -> Option<Diagnostic> {
        let target = Target::Code(language);
        let failure = |error| self.templates.failure(&error, &self.file, target);
        let stem = self.stem(plain);
        let (neutral, marks) = match self.run(target, Mode::Mark(marked(&stem, true))) {
            Ok((neutral, printed)) => (neutral, printed.marks),
            Err(error) => return Some(failure(error)),
        };
        if replaced(&neutral, &stem, &marks).as_deref() != Some(plain) {
            return Some(self.unfollowed(language));
        }
        let found = beside::joined(&neutral, &stem, &marks, language).into_iter().next();
        let (number, ground) = found?;
        let mistake = self.run(target, Mode::RefuseMark(marked(&stem, true), number, ground)).err();
        Some(mistake.map_or_else(|| self.unfollowed(language), failure))
    }

    /// The beginning of marks: it occurs nowhere.
    fn stem(&self, plain: &str) -> String {
        let is_new = |stem: &String| {
            ![self.template.source(), plain].iter().any(|it| it.contains(stem.as_str()))
                && !self.templates.authorship.is_part_of_answer(stem)
        };
        let stem = (0_usize..).map(|number| format!("zq{number}q")).find(is_new);
        stem.unwrap_or_default()
    }

    fn recoded(&self) -> Diagnostic {
        let message = "what this prints makes Python read the file by another encoding than UTF-8";
        Diagnostic::error("unsafe-text", message)
            .at(self.document().place((0..0).into()))
            .help("print no answer into the first two lines of the file")
    }

    fn unfollowed(&self, language: Language) -> Diagnostic {
        let message =
            format!("what this prints can't be followed to its place in {}", language.name());
        Diagnostic::error("unsafe-text", message)
            .at(self.document().place((0..0).into()))
            .help("print answers where they stand, not from a block that a filter changes")
    }

    /// The diagnostic for a printed text that changes what the file says.
    pub fn unsafe_text(&self, target: Target, text: &str) -> Diagnostic {
        match self.run(target, Mode::Find(text.to_owned())) {
            Err(error) => self.templates.failure(&error, &self.file, target),
            // It was printed as a part of something that a filter changed.
            Ok(_) => Diagnostic::error("unsafe-text", "a printed text changes what the file says")
                .at(self.templates.document(&self.file).place((0..0).into())),
        }
    }

    /// The same for the text that the place with a number prints.
    pub fn unsafe_place(&self, target: Target, at: usize) -> Option<Diagnostic> {
        let error = self.run(target, Mode::FindAt(at)).err()?;
        Some(self.templates.failure(&error, &self.file, target))
    }

    /// Every text that may not be printed into code, where `first` is such a mistake.
    pub fn every_mistake(&self, target: Target, first: Diagnostic) -> Vec<Diagnostic> {
        let Target::Code(language) = target else { return vec![first] };
        if first.code != "unsafe-text" {
            return vec![first];
        }
        let mut found = self.misplaced(language, None, MAX_TOLD);
        if language.is_markup() {
            return if found.is_empty() { vec![first] } else { found };
        }
        for at in 0..MAX_TOLD {
            let Err(error) = self.run(target, Mode::Refuse(at)) else { break };
            let mistake = self.templates.failure(&error, &self.file, target);
            let is_last = mistake.code != "unsafe-text";
            if !found.iter().any(|it| it.place == mistake.place) {
                found.push(mistake);
            }
            if is_last {
                break;
            }
        }
        if found.is_empty() { vec![first] } else { found }
    }

    /// What was proved already, where it is rendered again and again.
    pub fn proofs(&self) -> Option<&Proofs> {
        self.templates.sources.proofs()
    }

    /// Whether someone answered exactly this text.
    pub fn answered(&self, text: &str) -> bool {
        self.templates.authorship.is_answer(text)
    }

    /// The names that the template needs.
    pub fn references(&self) -> BTreeSet<String> {
        let names = self.template.undeclared_variables(false);
        let known = |name: &String| self.templates.authorship.names().contains(name);
        names.into_iter().filter(known).collect()
    }

    /// The template's text.
    pub fn source(&self) -> &str {
        self.template.source()
    }

    /// The template as a named text.
    pub fn document(&self) -> Document {
        self.templates.document(&self.file)
    }

    fn run(&self, target: Target, mode: Mode) -> Result<(String, Printed), Error> {
        let source = self.templates.sources.source(&self.file);
        let authorship = self.templates.authorship.clone();
        let job = Jinja::from_object(Job::new(source, target, mode, authorship));
        let root = Root {
            variables: self.templates.variables.clone(),
            data: Some(self.templates.sources.data()),
            around: self.around.clone(),
            job: job.clone(),
        };
        let mut out = Limited(Vec::with_capacity(self.file.bytes.len()));
        self.template.render_captured_to(Jinja::from_object(root), &mut out)?;
        let printed = job.downcast_object_ref::<Job>().map(Job::printed).unwrap_or_default();
        let text = String::from_utf8(out.0)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Ok((text, printed))
    }
}

fn marked(stem: &str, has_words: bool) -> Marks {
    Marks { stem: stem.to_owned(), has_words }
}
