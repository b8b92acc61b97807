//! What one render prints, and whether it may.
//!
//! Every printed value passes [`print`](super::print::print); every filter that writes a literal asks
//! the job as well.
//! **Invariant:** in [`Mode::Substitute`] no text that is not harmless reaches the output: it is
//! replaced by its token, or by one that no proof accepts.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use minijinja::{Error, State, value::Object};

use super::{
    authorship::Authorship,
    harmless::{is_harmless, is_harmless_in, is_hidden},
    lexed,
    literal::Notation,
    mark::{Ground, Marked, Written},
    refusal::Refusal,
    target::{Language, Scripts, Target},
    tokens::Tokens,
};
use crate::manifest::Syntax;

/// The name of the job among a template's variables: no template can spell it.
pub(crate) const JOB: &str = " job";

/// The texts that a render printed into a structured file and that are not harmless by their shape.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Printed {
    /// The texts, each once.
    pub texts: BTreeSet<String>,
    /// Those of them that are complete literals of a shell.
    pub shell: BTreeSet<String>,
    /// The texts in the order in which they were printed, the first few thousand.
    pub order: Vec<String>,
    /// The plain words of answers that were printed into a program.
    pub(crate) words: BTreeSet<String>,
    /// Whether a filter wrote a literal of the language that is more than a plain word.
    pub(crate) has_literals: bool,
    /// What marks stand for.
    pub(crate) marks: Vec<Marked>,
    /// Texts that filters made of answers and that the authors say as well.
    made: BTreeSet<String>,
}

/// How a render treats texts that are not harmless.
#[derive(Debug, Clone, Default)]
pub(crate) enum Mode {
    /// Prints and remembers them.
    #[default]
    Record,
    /// Prints tokens in place of all but one.
    Substitute(Arc<Tokens>, Option<String>),
    /// Prints tokens in place of all, but at the place with this number: there it prints the text.
    SubstituteAt(Arc<Tokens>, usize, LonePlace),
    /// Fails where this one is printed, so that the engine says where that is.
    Find(String),
    /// Fails at the place with this number.
    FindAt(usize),
    /// Refuses no text but the one with this number among those that are to be refused.
    Refuse(usize),
    /// Prints marks in place of all literals, and of the texts that no filter wrote and that are neither
    /// the author's nor plain words.
    Mark(Marks),
    /// The same, but refuses the text of the mark with this number, for the ground that it stands on.
    RefuseMark(Marks, usize, Ground),
}

/// Which marks are printed.
#[derive(Debug, Clone)]
pub(crate) struct Marks {
    /// What they begin with.
    pub(crate) stem: String,
    /// Whether plain words of a program have marks too.
    pub(crate) has_words: bool,
}

/// What one place prints where all others print tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LonePlace {
    /// Its text.
    Plain,
    /// A token that no other place prints.
    Neutral,
}

/// The text of a template, shared with the tree that it came from.
#[derive(Debug, Clone, Default)]
pub(crate) struct TemplateSource {
    /// The bytes.
    pub(crate) bytes: Arc<[u8]>,
    /// How it marks what is not text.
    pub(crate) syntax: Syntax,
    /// The texts that it writes itself, once they were asked for.
    pub(crate) constants: Arc<OnceLock<BTreeSet<String>>>,
}

/// One render.
#[derive(Debug)]
pub(crate) struct Job {
    /// What is rendered.
    pub(crate) target: Target,
    /// How.
    pub(crate) mode: Mode,
    /// Whose texts there are.
    pub(crate) authorship: Arc<Authorship>,
    source: TemplateSource,
    printed: Mutex<Printed>,
    size: AtomicUsize,
    /// How many places printed, or were to be refused.
    places: AtomicUsize,
}

/// The most that one template may print, parts of parts included.
const MAX_PRINTED: usize = 16 << 20;

/// How many places of one template are told apart.
const MAX_PLACES: usize = 4_000;

impl Object for Job {}

impl Job {
    pub(crate) fn new(
        source: TemplateSource,
        target: Target,
        mode: Mode,
        authorship: Arc<Authorship>,
    ) -> Self {
        Self {
            target,
            mode,
            authorship,
            source,
            printed: Mutex::default(),
            size: AtomicUsize::new(0),
            places: AtomicUsize::new(0),
        }
    }

    /// The job of a running template; expressions of manifests have none.
    pub(crate) fn with<T>(state: &State, use_it: impl FnOnce(Option<&Self>) -> T) -> T {
        let value = state.lookup(JOB);
        use_it(value.as_ref().and_then(|value| value.downcast_object_ref::<Self>()))
    }

    /// What was printed so far.
    pub(crate) fn printed(&self) -> Printed {
        self.lock().clone()
    }

    /// What to write in place of a text in a structured file.
    pub(crate) fn leaf(&self, text: &str) -> Result<String, Error> {
        let Target::Structured(format, scripts) = self.target else { return Ok(text.to_owned()) };
        if is_harmless(text, format) || self.is_authored(text) {
            return Ok(text.to_owned());
        }
        if scripts == Scripts::GitHub && text.contains("${{") {
            return Err(Refusal::WorkflowExpression(text.to_owned()).into());
        }
        let place = self.places.fetch_add(1, Ordering::Relaxed);
        match &self.mode {
            Mode::Record | Mode::Refuse(_) | Mode::Mark(_) | Mode::RefuseMark(..) => {
                let mut printed = self.lock();
                printed.texts.insert(text.to_owned());
                if place < MAX_PLACES {
                    printed.order.push(text.to_owned());
                }
                Ok(text.to_owned())
            }
            Mode::SubstituteAt(tokens, at, how) if *at == place => Ok(match how {
                LonePlace::Plain => text.to_owned(),
                LonePlace::Neutral => tokens.token(tokens.lone()),
            }),
            Mode::SubstituteAt(tokens, ..) => Ok(tokens.of(text)),
            Mode::FindAt(at) if *at == place => Err(Refusal::Found(text.to_owned()).into()),
            Mode::Substitute(_, Some(raw)) if raw == text => Ok(text.to_owned()),
            Mode::Substitute(tokens, _) => Ok(tokens.of(text)),
            Mode::Find(wanted) if wanted == text => Err(Refusal::Found(text.to_owned()).into()),
            Mode::Find(_) | Mode::FindAt(_) => Ok(text.to_owned()),
        }
    }

    /// Remembers that `literal` is a complete literal of a shell.
    pub(crate) fn note_shell(&self, literal: &str) {
        if matches!(self.target, Target::Structured(..)) {
            self.lock().shell.insert(literal.to_owned());
        }
    }

    /// Whether a literal of `language` is complete and safe where this job prints.
    pub(crate) fn speaks(&self, language: Language) -> bool {
        match self.target {
            Target::Code(Language::TypeScript) => language == Language::JavaScript,
            target => target == Target::Code(language),
        }
    }

    /// How a notation is written where this job prints.
    pub(crate) const fn notation(&self, notation: Notation) -> Notation {
        match (self.target, notation) {
            (Target::Code(Language::JavaScript | Language::TypeScript), Notation::Json) => {
                Notation::Script
            }
            (Target::Code(_) | Target::Structured(..) | Target::Prose, notation) => notation,
        }
    }

    /// Whether a value in this notation is complete and safe where this job prints.
    pub(crate) fn reads(&self, notation: Notation) -> bool {
        match self.target {
            Target::Structured(..) => true,
            Target::Code(Language::JavaScript | Language::TypeScript) => {
                notation == Notation::Script
            }
            Target::Code(Language::Dockerfile) => notation == Notation::Json,
            Target::Code(_) | Target::Prose => false,
        }
    }

    /// What to print for a literal that says `text`: itself, or a mark for it.
    pub(crate) fn literal(&self, text: &str, literal: String, written: Written) -> String {
        let Target::Code(language) = self.target else { return literal };
        let is_word = !literal.is_empty() && is_harmless_in(&literal, language);
        if is_word || language.is_markup() {
            return literal;
        }
        let written = match (written, language) {
            (Written::Json, Language::Dockerfile) => Written::Item,
            (written, _) => written,
        };
        self.lock().has_literals = true;
        match &self.mode {
            Mode::Mark(marks) | Mode::RefuseMark(marks, ..) => self
                .new_mark(&marks.stem, Marked { printed: literal, text: text.to_owned(), written }),
            _ => literal,
        }
    }

    /// Whether the template, a partial or the catalog's data says exactly this, and no answer could
    /// have been cut down to it.
    fn is_authored(&self, text: &str) -> bool {
        (self.authorship.wrote(text) || self.constants().contains(text))
            && !self.authorship.is_part_of_answer(text)
            && !self.lock().made.contains(text)
    }

    /// Remembers that a filter made `text` of `parts`: it is the authors' only if they all are.
    pub(crate) fn note_made(&self, parts: &[&str], text: &str) {
        let is_known = self.authorship.wrote(text) || self.constants().contains(text);
        if is_known && !parts.iter().all(|it| *it == text || self.is_authored(it)) {
            self.lock().made.insert(text.to_owned());
        }
    }

    /// What to print for a text where there are marks. Literals of programs bring theirs along, and so
    /// does a block that was captured, or it is the author's.
    pub(super) fn mark(&self, text: &str, is_safe: bool) -> Option<Result<String, Refusal>> {
        let (Mode::Mark(marks) | Mode::RefuseMark(marks, ..)) = &self.mode else { return None };
        let Marks { stem, has_words } = marks;
        let Target::Code(language) = self.target else { return None };
        if text.contains(stem.as_str()) {
            let written = self.unless_refused(text, stem, language).map(|()| text.to_owned());
            return Some(written);
        }
        let is_mine = match language.is_markup() {
            true => is_safe && text.contains(['<', '>', '"', '\'']),
            false => is_safe || (!has_words && is_harmless_in(text, language)),
        };
        if is_mine || (!is_safe && self.is_authored(text)) {
            return Some(Ok(text.to_owned()));
        }
        let written = if is_safe { Written::Literal } else { Written::Plain };
        let marked = Marked { printed: text.to_owned(), text: text.to_owned(), written };
        let mark = self.new_mark(stem, marked);
        Some(self.unless_refused(&mark, stem, language).map(|()| mark))
    }

    fn new_mark(&self, stem: &str, marked: Marked) -> String {
        let mut printed = self.lock();
        let number = printed.marks.len();
        printed.marks.push(marked);
        format!("{stem}{number}z")
    }

    /// Whether a text with marks holds none that is to be refused.
    fn unless_refused(&self, text: &str, stem: &str, language: Language) -> Result<(), Refusal> {
        match &self.mode {
            Mode::RefuseMark(_, at, ground) if text.contains(&format!("{stem}{at}z")) => {
                let marked = self.lock().marks.get(*at).cloned();
                let refused = |it| Err(Refusal::Misplaced(it, language, ground.clone()));
                marked.map_or(Ok(()), refused)
            }
            _ => Ok(()),
        }
    }

    fn constants(&self) -> &BTreeSet<String> {
        self.source.constants.get_or_init(|| {
            let text = std::str::from_utf8(&self.source.bytes).unwrap_or_default();
            lexed::constants(text, self.source.syntax).collect()
        })
    }

    pub(super) fn check(&self, text: &str) -> Result<(), Refusal> {
        match self.target {
            Target::Structured(..) => Ok(()),
            Target::Code(language) if self.is_free(text, language) => Ok(()),
            Target::Code(_) => match self.mode {
                Mode::Refuse(at) if self.places.fetch_add(1, Ordering::Relaxed) < at => Ok(()),
                _ => Err(Refusal::Text(text.to_owned())),
            },
            Target::Prose if has_control(text) => Err(Refusal::Control(text.to_owned())),
            Target::Prose => Ok(()),
        }
    }

    /// Whether a text may stand in code as it is. Words that are nobody's but an answer's are noted:
    /// what stands beside them may be read together with them.
    fn is_free(&self, text: &str, language: Language) -> bool {
        let is_authored = self.is_authored(text);
        let is_word = is_harmless_in(text, language);
        if is_word && !is_authored && !language.is_markup() {
            self.lock().words.insert(text.to_owned());
        }
        is_word || is_authored
    }

    pub(super) fn count(&self, bytes: usize) -> Result<(), Refusal> {
        let before = self.size.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > MAX_PRINTED { Err(Refusal::TooLarge) } else { Ok(()) }
    }

    fn lock(&self) -> MutexGuard<'_, Printed> {
        self.printed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers with line breaks were declared to have them, or the plan would not have begun.
fn has_control(text: &str) -> bool {
    text.chars().any(|it| is_hidden(it) && !matches!(it, '\n' | '\t' | '\u{200c}' | '\u{200d}'))
}
