//! One mistake of a user as data: a code, a message, a place and what to do about it.
//!
//! **Invariant:** holds no colour and no layout; `ui` decides how a mistake looks.

use crate::text::Place;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is written while one of these stands.
    Error,
    /// Worth a look; the run goes on.
    Warning,
}

/// One mistake: what is wrong, where, and the edit or command that mends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Stable, searchable, kebab-case.
    pub code: &'static str,
    /// A fragment in lower case without a full stop; what the user typed stands in back-ticks.
    pub message: String,
    /// Where the mistake stands, if it stands in a text.
    pub place: Option<Place>,
    /// What the place is called in the picture, for instance "unknown key".
    pub label: Option<String>,
    /// What else the reader needs to understand it.
    pub notes: Vec<String>,
    /// An edit or a command that can be copied.
    pub help: Option<String>,
    /// The edits that mend it, where they are known.
    pub fix: Option<Fix>,
    /// What would mend it, for those who look for the edit.
    pub wanted: Option<Wanted>,
}

/// What would mend a mistake, as far as it is known where the mistake is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// An answer to the parameter of this name.
    Answer(String),
    /// One text of the list that this expression is.
    Joined(String),
    /// The literal that the filter of this name writes.
    Literal(&'static str),
    /// The same, in the braces in which JSX has expressions.
    InBraces(&'static str),
    /// The same, in the `${ }` in which a text has expressions.
    InTemplateLiteral(&'static str),
}

/// What mends a mistake: edits that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The edits, of places that do not overlap.
    pub edits: Vec<FixEdit>,
}

/// One edit of a fix. Files are called as the places' documents are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FixEdit {
    /// Puts a text in place of another.
    Replace {
        /// The text that goes.
        place: Place,
        /// The text that comes.
        text: String,
    },
    /// Makes a new file.
    Create {
        /// The file.
        path: String,
        /// What it says.
        text: String,
    },
    /// Gives a file another name.
    Rename {
        /// The file.
        from: String,
        /// Its new name.
        to: String,
    },
}

impl Diagnostic {
    /// A mistake that stops the run before anything is written.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    /// Something worth a look that does not stop the run.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message.into())
    }

    /// Says where the mistake stands.
    #[must_use]
    pub fn at(mut self, place: impl Into<Option<Place>>) -> Self {
        self.place = place.into();
        self
    }

    /// Names the place in the picture.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds a sentence of explanation.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says what to do next, if anything is known.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// Says what would mend it.
    #[must_use]
    pub fn wants(mut self, wanted: impl Into<Option<Wanted>>) -> Self {
        self.wanted = wanted.into();
        self
    }

    /// Says which edit mends it.
    #[must_use]
    pub fn fix(self, edit: impl Into<Option<FixEdit>>) -> Self {
        self.fixes(edit.into().into_iter().collect())
    }

    /// Says which edits mend it together; none says nothing.
    #[must_use]
    pub fn fixes(mut self, edits: Vec<FixEdit>) -> Self {
        self.fix = (!edits.is_empty()).then_some(Fix { edits }).or(self.fix);
        self
    }

    /// Says that the place wants this text instead, if any is known.
    #[must_use]
    pub fn instead(self, text: Option<impl Into<String>>) -> Self {
        let place = self.place.clone();
        let edit = place.zip(text).map(|(place, it)| FixEdit::Replace { place, text: it.into() });
        self.fix(edit)
    }

    /// Whether the run must stop.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    fn new(severity: Severity, code: &'static str, message: String) -> Self {
        Self {
            severity,
            code,
            message,
            place: None,
            label: None,
            notes: Vec::new(),
            help: None,
            fix: None,
            wanted: None,
        }
    }
}

/// Whether any of `diagnostics` stops the run.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(Diagnostic::is_error)
}
