//! What of a program may not be a literal's place: texts, comments, and what is read as something else.
//!
//! **Invariant:** what is decided of one is decided by its variant; its name is for people alone.

/// The inside of something that reads a literal as something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Inside {
    /// A comment.
    Comment,
    /// A text in quotes, in which a backslash begins an escape.
    Text,
    /// A text in quotes of a shell or a Dockerfile.
    QuotedText,
    /// A text in which a backslash is one.
    RawText,
    /// A text over several lines.
    LongText,
    /// Java's text over several lines.
    TextBlock,
    /// A single character.
    Character,
    /// A text of Python with expressions in it.
    FString,
    /// A text of JavaScript with expressions in it.
    TemplateLiteral,
    /// A text of Rust in which braces are read.
    FormatString,
    /// A regular expression.
    RegularExpression,
    /// The value of an element's attribute.
    JsxAttribute,
    /// What an element says.
    JsxText,
    /// An element's tag.
    JsxTag,
    /// The address of a module.
    Import,
    /// The name by which Python reads bytes.
    Encoding,
    /// A part of an item of a list in JSON.
    ItemText,
    /// The lines of a here-document.
    HereDocument,
    /// What a shell calculates.
    Calculation,
    /// The rest of a `${…}`.
    Expansion,
    /// The index of an array, or a class of characters.
    Brackets,
    /// A command in back quotes.
    BackQuotes,
    /// A program as an argument of what runs it.
    Program,
    /// An argument of what runs its arguments.
    Run,
    /// A file that bash expands twice.
    DuplicatedFile,
    /// A name of a variable.
    VariableName,
    /// The same, where a shell may calculate it.
    CalculatedName,
    /// A group of a pattern.
    Pattern,
    /// A side of `-eq` and the like.
    Comparison,
    /// What of a Makefile or justfile no shell reads.
    NoRecipe,
    /// A recipe for a program that it names.
    ForeignScript,
    /// An expression of just.
    JustExpression,
    /// An expression of make.
    MakeReference,
    /// An option of a Dockerfile's instruction.
    Flag,
    /// An instruction of a Dockerfile in which quotes are none.
    Instruction,
    /// An instruction that is followed by a here-document.
    HereDocumentInstruction,
    /// An instruction that says `NAME value`.
    BareInstruction,
}

/// What becomes of plain words in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// Nothing reads them, up to where it ends.
    Comment,
    /// They are what it says.
    Text,
    /// The same, in a text that has signs of its own.
    SpecialText,
    /// They are read as something else.
    Other,
}

impl Inside {
    /// The name for people, with its article.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Comment => "a comment",
            Self::Text => "a string",
            Self::QuotedText => "a string in quotes",
            Self::RawText => "a raw string",
            Self::LongText => "a string of several lines",
            Self::TextBlock => "a text block",
            Self::Character => "a character",
            Self::FString => "an f-string",
            Self::TemplateLiteral => "a template literal",
            Self::FormatString => "a format string",
            Self::RegularExpression => "a regular expression",
            Self::JsxAttribute => "an attribute of JSX",
            Self::JsxText => "the text of JSX",
            Self::JsxTag => "a tag of JSX",
            Self::Import => "an import",
            Self::Encoding => "the encoding",
            Self::ItemText => "a text of a list in JSON",
            Self::HereDocument => "a here-document",
            Self::Calculation => "a calculation",
            Self::Expansion => "`${…}`",
            Self::Brackets => "brackets",
            Self::BackQuotes => "back quotes",
            Self::Program => "the program behind `-c`",
            Self::Run => "an argument that is run as a program",
            Self::DuplicatedFile => "a file behind `>&`, which bash reads twice",
            Self::VariableName => "the name of a variable",
            Self::CalculatedName => "the name of a variable, which a shell may calculate",
            Self::Pattern => "a pattern in parentheses",
            Self::Comparison => "a comparison of numbers, which a shell calculates",
            Self::NoRecipe => "a line outside of recipes",
            Self::ForeignScript => "a script of a program of its own",
            Self::JustExpression => "`{{…}}` of just",
            Self::MakeReference => "a reference of make, `$(…)`",
            Self::Flag => "a flag of an instruction",
            Self::Instruction => "an instruction without quotes",
            Self::HereDocumentInstruction => "an instruction with a here-document",
            Self::BareInstruction => "an instruction without `=`",
        }
    }

    /// What becomes of plain words in it.
    pub(crate) const fn nature(self) -> Nature {
        match self {
            Self::Comment => Nature::Comment,
            Self::Text | Self::QuotedText => Nature::Text,
            Self::RawText
            | Self::LongText
            | Self::TextBlock
            | Self::Character
            | Self::TemplateLiteral
            | Self::FormatString
            | Self::JsxAttribute
            | Self::JsxText => Nature::SpecialText,
            Self::FString
            | Self::RegularExpression
            | Self::JsxTag
            | Self::Import
            | Self::Encoding
            | Self::ItemText
            | Self::HereDocument
            | Self::Calculation
            | Self::Expansion
            | Self::Brackets
            | Self::BackQuotes
            | Self::Program
            | Self::Run
            | Self::DuplicatedFile
            | Self::VariableName
            | Self::CalculatedName
            | Self::Pattern
            | Self::Comparison
            | Self::NoRecipe
            | Self::ForeignScript
            | Self::JustExpression
            | Self::MakeReference
            | Self::Flag
            | Self::Instruction
            | Self::HereDocumentInstruction
            | Self::BareInstruction => Nature::Other,
        }
    }
}
