//! The first lines of a Dockerfile, which say how to read the others.

/// What the first lines said.
pub(super) struct Directives {
    /// What goes before a character that is meant as it is, and at the end of a line that goes on.
    pub(super) escape: char,
    seen: Vec<String>,
    is_over: bool,
}

impl Default for Directives {
    fn default() -> Self {
        Self { escape: '\\', seen: Vec::new(), is_over: false }
    }
}

impl Directives {
    /// Takes a comment, without its `#`, if it is a directive.
    pub(super) fn take(&mut self, comment: &str) -> Result<bool, String> {
        let named = comment.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
        let known = named
            .filter(|(name, value)| {
                let is_known = ["syntax", "escape", "check"]
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(name));
                is_known && !value.is_empty()
            })
            .filter(|_| !self.is_over);
        let Some((name, value)) = known else {
            self.is_over = true;
            return Ok(false);
        };
        let name = name.to_lowercase();
        if self.seen.contains(&name) {
            return Err(format!("the directive `{name}` stands twice"));
        }
        if name == "escape" {
            self.escape = match value {
                "\\" => '\\',
                "`" => '`',
                _ => return Err(format!("`{value}` can't be the character of escape")),
            };
        }
        self.seen.push(name);
        Ok(true)
    }

    /// Says that another line than a directive came.
    pub(super) const fn end(&mut self) {
        self.is_over = true;
    }

    /// A line without the mark that it goes on, and whether it has one. Two marks are none.
    pub(super) fn cut_continuation<'a>(&self, line: &'a str) -> (&'a str, bool) {
        match line.trim_end_matches([' ', '\t']).strip_suffix(self.escape) {
            Some(rest) if !rest.ends_with(self.escape) => (rest, true),
            Some(_) | None => (line, false),
        }
    }
}
