//! What a template renders to, as far as printed texts can do harm in it.

/// What a file is to the programs that read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A format that we parse: printed texts are proved to stay inside scalars.
    Structured(Format, Scripts),
    /// A program or a page: printed texts are harmless, or literals where one may stand.
    Code(Language),
    /// Text for people: any text without control characters.
    Prose,
}

/// A format that we parse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// YAML, read as 1.1 and 1.2.
    Yaml,
    /// JSON, with or without comments.
    Json,
    /// TOML.
    Toml,
}

/// Which strings of a structured file are programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scripts {
    /// None that we know of.
    None,
    /// `run`, `script` and `if` of GitHub's workflows and actions; `${{ }}` anywhere.
    GitHub,
    /// Strings below one of these keys go to a shell; `*` stands for whatever a key begins with.
    Shell(&'static [&'static str]),
}

/// A language that a program or a page is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Shell scripts.
    Shell,
    /// Dockerfiles, whose words are quoted as a shell's.
    Dockerfile,
    /// Makefiles, where `$` must be doubled inside a shell's quotes.
    Make,
    /// Justfiles, where `{{` is special inside a shell's quotes.
    Just,
    /// Rust.
    Rust,
    /// Python.
    Python,
    /// JavaScript, and whatever may hold JSX.
    JavaScript,
    /// TypeScript without JSX.
    TypeScript,
    /// Go.
    Go,
    /// Java.
    Java,
    /// XML.
    Xml,
    /// HTML and SVG, which a browser may run.
    Html,
    /// Lines of `key = value` in one of many dialects.
    Settings,
    /// Everything else that a program runs; it has no filter.
    Other,
}

impl Format {
    /// The name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yaml => "YAML",
            Self::Json => "JSON",
            Self::Toml => "TOML",
        }
    }

    /// The filter that writes a complete literal.
    pub const fn filter(self) -> &'static str {
        match self {
            Self::Yaml => "to_yaml",
            Self::Json => "to_json",
            Self::Toml => "to_toml",
        }
    }
}

impl Language {
    /// The name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shell => "a shell script",
            Self::Dockerfile => "a Dockerfile",
            Self::Make => "a Makefile",
            Self::Just => "a justfile",
            Self::Rust => "Rust code",
            Self::Python => "Python code",
            Self::JavaScript => "JavaScript code",
            Self::TypeScript => "TypeScript code",
            Self::Go => "Go code",
            Self::Java => "Java code",
            Self::Xml => "XML",
            Self::Html => "HTML",
            Self::Settings => "a settings file",
            Self::Other => "code",
        }
    }

    /// The filter that writes a complete literal, where there is one.
    pub const fn filter(self) -> Option<&'static str> {
        match self {
            Self::Shell | Self::Dockerfile | Self::Make | Self::Just => Some("sh_quote"),
            Self::Rust => Some("rust_str"),
            Self::Python => Some("py_str"),
            Self::JavaScript | Self::TypeScript => Some("js_str"),
            Self::Go => Some("go_str"),
            Self::Java => Some("java_str"),
            Self::Xml | Self::Html => Some("xml_escape"),
            Self::Settings | Self::Other => None,
        }
    }

    /// Whether it is read by tags.
    pub(crate) const fn is_markup(self) -> bool {
        matches!(self, Self::Xml | Self::Html)
    }

    /// Whether a text is a line of arguments, where a leading `-` is an option.
    pub const fn has_options(self) -> bool {
        matches!(self, Self::Shell | Self::Dockerfile | Self::Make | Self::Just)
    }
}
