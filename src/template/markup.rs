//! Where in HTML, SVG and XML printed texts stand, and which of them may stand there.
//!
//! A file is rendered with a mark in place of each printed text; here the marks are found in it, by
//! the rules by which a browser reads tags, attributes and scripts.
//!
//! **Invariant:** a text that a browser would run, or that would end its attribute or tag, suits no
//! place.

use super::{
    harmless::{is_harmless_in, is_harmless_text},
    mark::{Marked, Written, replaced},
    target::Language,
};

/// What a printed text is a part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Spot {
    /// The text of an element or a comment, or of an attribute in quotes.
    Text,
    /// An attribute without quotes.
    Unquoted,
    /// An attribute that is a program or a style, by its name.
    Program(String),
    /// An attribute that leads somewhere, by its name, with marks in its value.
    Link(String, String),
    /// The text of a `script` or `style`.
    Script(&'static str),
    /// A tag, outside of the values of its attributes.
    Tag,
    /// The same of XML, where no name is a program.
    Name,
    /// An instruction or a declaration of XML.
    Instruction,
    /// A comment of XML, which two hyphens end.
    Comment,
    /// A section of XML without escapes.
    Raw,
}

/// Attributes that lead somewhere; some may lead to a script.
const LINKS: [&str; 17] = [
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "cite",
    "background",
    "ping",
    "manifest",
    "xlink:href",
    "content",
    "to",
    "from",
    "by",
    "values",
    "codebase",
];

/// How the names of attributes begin that a framework runs.
const FRAMEWORKS: [&str; 13] =
    ["@", ":", "#", "(", "[", "*", "_", "x-", "v-", "ng-", "hx-on", "hx-vals", "th:"];

/// Where links may lead by what is printed.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

impl Spot {
    /// Whether the text with a number may stand here.
    pub(crate) fn suits(&self, mark: &Marked, stem: &str, all: &[Marked]) -> bool {
        let text = mark.printed.as_str();
        let says_itself = is_harmless_in(text, Language::Html);
        let is_plain = mark.written != Written::Plain || says_itself;
        let is_word = !text.is_empty() && is_harmless_text(text);
        match self {
            Self::Text => is_plain,
            Self::Unquoted | Self::Program(_) | Self::Script(_) | Self::Instruction => is_word,
            Self::Name => {
                !text.is_empty()
                    && text.chars().all(|it| it.is_ascii_alphanumeric() || "-_.:".contains(it))
            }
            Self::Comment => {
                says_itself
                    && !text.contains("--")
                    && !text.starts_with('-')
                    && !text.ends_with('-')
            }
            Self::Raw => says_itself && !text.contains(']'),
            Self::Link(name, value) => is_plain && leads_well(name, value, stem, all),
            Self::Tag => {
                let lower = text.to_ascii_lowercase();
                let is_name =
                    text.chars().all(|it| it.is_ascii_alphanumeric() || "-_".contains(it));
                is_word
                    && is_name
                    && !["script", "style", "frame", "object", "embed", "src"]
                        .iter()
                        .any(|it| lower.contains(it) || it.contains(&lower) && lower.len() > 2)
                    && !lower.starts_with("on")
            }
        }
    }
}

/// Whether what is printed can't say where a link leads to by a scheme that runs something.
fn leads_well(name: &str, value: &str, stem: &str, all: &[Marked]) -> bool {
    let lower = value.to_ascii_lowercase();
    let value = match (name, lower.find("url=")) {
        ("content", Some(at)) => value.get(at + 4..).unwrap_or_default(),
        ("content", None) => return true,
        _ => value,
    };
    let front = value.split(stem).next().unwrap_or_default().trim().to_ascii_lowercase();
    if front.starts_with("javascript:")
        || front.starts_with("data:")
        || front.starts_with("vbscript:")
    {
        return false;
    }
    let Some(whole) = replaced(value, stem, all) else { return false };
    let seen = whole.chars().filter(|it| !it.is_control() && !it.is_whitespace());
    let seen: String = seen.collect::<String>().to_ascii_lowercase();
    // What begins with two slashes begins with a host.
    if front == "/" && seen.chars().nth(1).is_some_and(|it| matches!(it, '/' | '\\')) {
        return false;
    }
    if front.contains([':', '/', '?', '#']) {
        return true;
    }
    let end = seen.find([':', '/', '?', '#', '&']).unwrap_or(seen.len());
    match seen.get(end..).and_then(|it| it.chars().next()) {
        Some(':') => SCHEMES.contains(&seen.get(..end).unwrap_or_default()),
        // A reference may spell the colon.
        Some('&') => false,
        _ => true,
    }
}

/// Every mark of a text: its number, and what it is a part of.
pub(crate) fn spots(text: &str, stem: &str, language: Language) -> Vec<(usize, Spot)> {
    let is_html = language == Language::Html;
    let mut scanner = Scanner { rest: text, stem, is_html, found: Vec::new() };
    while !scanner.rest.is_empty() {
        scanner.element();
    }
    scanner.found
}

struct Scanner<'t> {
    rest: &'t str,
    stem: &'t str,
    is_html: bool,
    found: Vec<(usize, Spot)>,
}

impl<'t> Scanner<'t> {
    /// Text up to a tag, and the tag.
    fn element(&mut self) {
        let text = self.until(|rest| rest.starts_with('<'));
        self.note(text, &Spot::Text);
        if self.rest.starts_with("<!--") {
            let comment = self.until(|rest| rest.starts_with("-->"));
            let spot = if self.is_html { Spot::Text } else { Spot::Comment };
            self.note(comment, &spot);
        } else if !self.is_html && self.rest.starts_with("<![CDATA[") {
            let section = self.until(|rest| rest.starts_with("]]>"));
            self.note(section, &Spot::Raw);
        } else if !self.is_html && (self.rest.starts_with("<!") || self.rest.starts_with("<?")) {
            self.declaration();
        } else if self.rest.starts_with("<!")
            || self.rest.starts_with("<?")
            || self.rest.starts_with("</")
        {
            let tag = self.until(|rest| rest.starts_with('>'));
            self.note_tag(tag);
        } else if let Some(rest) = self.rest.strip_prefix('<') {
            self.rest = rest;
            if rest.starts_with(|it: char| it.is_ascii_alphabetic()) {
                self.tag();
            }
        }
    }

    /// `<!DOCTYPE …>` with what it declares, or `<?…?>`.
    fn declaration(&mut self) {
        let end = if self.rest.starts_with("<?") { "?>" } else { ">" };
        let is_inside = self.rest.split('>').next().is_some_and(|it| it.contains('['));
        let end = if is_inside && end == ">" { "]>" } else { end };
        let whole = self.until(|rest| rest.starts_with(end));
        self.note(whole, &Spot::Instruction);
    }

    fn note_tag(&mut self, text: &str) {
        self.note(text, if self.is_html { &Spot::Tag } else { &Spot::Name });
    }

    fn tag(&mut self) {
        let ends =
            |rest: &str| rest.starts_with(|it: char| it.is_whitespace() || "/>".contains(it));
        let name = self.until(ends);
        self.note_tag(name);
        loop {
            self.until(|rest| !rest.starts_with(|it: char| it.is_whitespace() || it == '/'));
            if self.rest.is_empty() {
                return;
            }
            if let Some(rest) = self.rest.strip_prefix('>') {
                self.rest = rest;
                break;
            }
            self.attribute();
        }
        for raw in ["script", "style"] {
            if self.is_html && name.eq_ignore_ascii_case(raw) {
                let is_end = |rest: &str| {
                    let tag = rest.strip_prefix("</").and_then(|it| it.get(..raw.len()));
                    tag.is_some_and(|it| it.eq_ignore_ascii_case(raw))
                };
                let text = self.until(is_end);
                self.note(text, &Spot::Script(raw));
            }
        }
    }

    fn attribute(&mut self) {
        let first = self.rest.chars().next().map_or(0, char::len_utf8);
        let ends =
            |rest: &str| rest.starts_with(|it: char| it.is_whitespace() || "=/>".contains(it));
        let all = self.rest;
        self.rest = all.get(first..).unwrap_or_default();
        let name = first + self.until(ends).len();
        let name = all.get(..name).unwrap_or_default();
        self.note_tag(name);
        self.until(|rest| !rest.starts_with(char::is_whitespace));
        let Some(rest) = self.rest.strip_prefix('=') else { return };
        self.rest = rest;
        self.until(|rest| !rest.starts_with(char::is_whitespace));
        let quote = self.rest.chars().next().filter(|it| matches!(it, '"' | '\''));
        let value = match quote {
            Some(quote) => {
                self.rest = self.rest.get(1..).unwrap_or_default();
                let value = self.until(|rest| rest.starts_with(quote));
                self.rest = self.rest.get(1..).unwrap_or_default();
                value
            }
            None => self.until(|rest| rest.starts_with(|it: char| it.is_whitespace() || it == '>')),
        };
        self.value(&name.to_ascii_lowercase(), value, quote.is_some());
    }

    fn value(&mut self, name: &str, value: &str, is_quoted: bool) {
        if !self.is_html {
            return self.note(value, if is_quoted { &Spot::Text } else { &Spot::Unquoted });
        }
        let is_program = name.starts_with("on")
            || matches!(name, "style" | "srcdoc" | "data-bind")
            || FRAMEWORKS.iter().any(|it| name.starts_with(it));
        if is_program || name.contains(self.stem) {
            return self.note(value, &Spot::Program(name.to_owned()));
        }
        if !is_quoted {
            self.note(value, &Spot::Unquoted);
        }
        match LINKS.contains(&name) || name.ends_with(":href") {
            true => self.note(value, &Spot::Link(name.to_owned(), value.to_owned())),
            false if is_quoted => self.note(value, &Spot::Text),
            false => {}
        }
    }

    /// What comes before the first place where something holds.
    fn until(&mut self, holds: impl Fn(&str) -> bool) -> &'t str {
        let all = self.rest;
        let mut ends = all.char_indices().map(|(at, _)| at);
        let end = ends.find(|at| holds(all.get(*at..).unwrap_or_default())).unwrap_or(all.len());
        self.rest = all.get(end..).unwrap_or_default();
        all.get(..end).unwrap_or_default()
    }

    fn note(&mut self, text: &str, spot: &Spot) {
        for part in text.split(self.stem).skip(1) {
            let number = part.split('z').next().and_then(|it| it.parse().ok());
            self.found.extend(number.map(|number| (number, spot.clone())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a text that is printed at `@` may stand there.
    fn suits(template: &str, text: &str, is_escaped: bool) -> bool {
        suits_in(Language::Html, template, text, is_escaped)
    }

    fn suits_in(language: Language, template: &str, text: &str, is_escaped: bool) -> bool {
        let neutral = template.replace('@', "zq0q0z");
        let written = if is_escaped { Written::Literal } else { Written::Plain };
        let (printed, text) = (text.to_owned(), text.to_owned());
        let all = [Marked { printed, text, written }];
        let spots = spots(&neutral, "zq0q", language);
        assert!(!spots.is_empty(), "{template}");
        spots.iter().all(|(number, spot)| spot.suits(&all[*number], "zq0q", &all))
    }

    #[test]
    fn texts_and_quoted_attributes_take_what_is_escaped() {
        for template in ["<p>@</p>", "<a title=\"x @\">", "<a title='@'>", "<!-- @ -->", "<title>@"]
        {
            assert!(suits(template, "it&apos;s &lt;b&gt;", true), "{template}");
            assert!(suits(template, "a text", false), "{template}");
            assert!(!suits(template, "<b>", false), "{template}");
        }
    }

    #[test]
    fn what_a_browser_runs_takes_words_alone() {
        for template in [
            "<script>x = @</script>",
            "<SCRIPT src=\"a\">@</SCRIPT>",
            "<style>@</style>",
            "<a onclick=\"@\">",
            "<a x-data=\"{a: '@'}\">",
            "<a v-on:click='@' >",
            "<a (click)='@'>",
            "<a :title='@'>",
            "<a hx-on:click='@'>",
            "<a _='@'>",
            "<a th:text='@'>",
            "<a OnClick='f(@)'>",
            "<p style=\"@\">",
            "<a title=@>",
            "<a href=@>",
            "<a @>",
        ] {
            assert!(!suits(template, "alert(1)", true), "{template}");
            assert!(!suits(template, "x y", true), "{template}");
        }
        assert!(suits("<script>x = \"@\"</script>", "orders-api", false));
        assert!(suits("<a title=@>", "orders-api", false));
        assert!(!suits("<a title=@ onclick=x>", "", false));
        assert!(!suits("<@>", "script", false));
        assert!(!suits("<a @=\"x\">", "onclick", false));
        assert!(suits("<@>", "h1", false));
    }

    #[test]
    fn a_link_leads_where_the_template_says_or_to_the_web() {
        for (template, text, expected) in [
            ("<a href=\"@\">", "javascript:alert(1)", false),
            ("<a href=\" @\">", "JavaScript&#58;x:y", false),
            ("<a href='java@'>", "script:x", false),
            ("<a href=\"@\">", "https://acme.example/x?y", true),
            ("<a href=\"@\">", "orders/x:y", true),
            ("<a href=\"https://acme.example/@\">", "javascript:x", true),
            ("<a href=\"/@\">", "x:y", true),
            ("<script src=\"/@/app.js\">", "/evil.example", false),
            ("<a href=' /@'>", "\\evil.example", false),
            ("<a href='/static/@'>", "/x", true),
            ("<a href=\"javascript:f(@)\">", "x", false),
            ("<use xlink:href=\"@\"/>", "data:x", false),
            ("<meta content=\"a: @\">", "x: y", true),
            ("<meta content=\"0;url=@\">", "javascript:x", false),
            ("<a href=@>", "javascript:x", false),
        ] {
            assert_eq!(suits(template, text, true), expected, "{template} {text}");
        }
    }

    #[test]
    fn what_stands_behind_a_script_is_text_again() {
        let found =
            spots("<script>a < b</script><p title=\"zq0q0z\">zq0q1z<i>", "zq0q", Language::Html);
        assert_eq!(found, [(0, Spot::Text), (1, Spot::Text)]);
    }

    #[test]
    fn xml_takes_texts_in_elements_and_quotes_alone() {
        let suits =
            |template, text, is_escaped| suits_in(Language::Xml, template, text, is_escaped);
        for template in ["<a>@</a>", "<a b=\"@\"/>", "<script on='@'>@</script>", "<a href='@'/>"] {
            assert!(suits(template, "javascript:it&apos;s a -- ]]&gt;", true), "{template}");
            assert!(!suits(template, "<", false), "{template}");
        }
        for template in ["<@/>", "<a @>", "<a @='b'/>", "</@>", "<a b=@/>", "<?x @?>"] {
            assert!(suits(template, "orders", false), "{template}");
            assert!(!suits(template, "a b=c", false), "{template}");
            assert!(
                !suits(template, "a/", true) || template.contains("=@") || template.contains('?'),
                "{template}"
            );
        }
        let doctype = "<!DOCTYPE a [<!ENTITY b \"@\"> @ ]><a/>";
        assert!(!suits(doctype, "%b;", true));
        for (template, text, expected) in [
            ("<!-- @ -->", "a b", true),
            ("<!-- @ -->", "a--b", false),
            ("<!-- @-->", "a-", false),
            ("<![CDATA[@]]>", "a b", true),
            ("<![CDATA[@]]>", "a &amp; b", false),
            ("<![CDATA[@]>]]>", "]", false),
        ] {
            assert_eq!(suits(template, text, true), expected, "{template} {text}");
        }
    }
}
