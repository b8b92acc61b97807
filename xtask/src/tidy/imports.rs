//! Which modules and crates a source file names: in `use` groups, in plain paths, in macros.

use super::lexer::{Kind, Token};

/// A path that a file names, from its first segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// The segments that were written, a group spread out: `crate`, `text`, `Span`.
    pub(crate) path: Vec<String>,
    pub(crate) line: usize,
    /// How many modules of this file are around it.
    pub(crate) depth: usize,
    /// Whether one of them is `mod tests`.
    pub(crate) in_tests: bool,
    /// Whether it stands in a `use`, where only a crate or a module can come first.
    pub(crate) is_use: bool,
}

/// Every path of a file that has more than one segment or stands in a `use`.
pub(crate) fn imports(tokens: &[Token<'_>]) -> Vec<Import> {
    let code: Vec<Token<'_>> =
        tokens.iter().filter(|token| !matches!(token.kind, Kind::Comment(_))).copied().collect();
    let mut reader =
        Reader { code: &code, at: 0, modules: Vec::new(), braces: 0, found: Vec::new() };
    reader.file();
    reader.found
}

struct Reader<'a> {
    code: &'a [Token<'a>],
    at: usize,
    /// The modules around this place: the brace that each opened, and whether it is `tests`.
    modules: Vec<(usize, bool)>,
    braces: usize,
    found: Vec<Import>,
}

impl<'a> Reader<'a> {
    fn file(&mut self) {
        while let Some(token) = self.code.get(self.at) {
            match token.kind {
                Kind::Word("use") => {
                    self.at += 1;
                    // `use<'a>` in a bound captures lifetimes and imports nothing.
                    if self.kind(0) != Some(Kind::Sign('<')) {
                        self.group(&mut Vec::new());
                    }
                }
                Kind::Word("extern") if self.kind(1) == Some(Kind::Word("crate")) => {
                    self.at += 2;
                    self.group(&mut Vec::new());
                }
                Kind::Word("mod") => self.module(),
                Kind::Sign('{') => {
                    self.braces += 1;
                    self.at += 1;
                }
                Kind::Sign('}') => {
                    self.modules.pop_if(|(brace, _)| *brace == self.braces);
                    self.braces = self.braces.saturating_sub(1);
                    self.at += 1;
                }
                Kind::Word(_) | Kind::PathSep => self.plain_path(),
                Kind::Sign(_) | Kind::Literal | Kind::Comment(_) => self.at += 1,
            }
        }
    }

    fn kind(&self, ahead: usize) -> Option<Kind<'a>> {
        self.code.get(self.at + ahead).map(|token| token.kind)
    }

    /// `mod name {`: the words that follow are one module deeper.
    fn module(&mut self) {
        if let (Some(Kind::Word(name)), Some(Kind::Sign('{'))) = (self.kind(1), self.kind(2)) {
            self.modules.push((self.braces + 1, name == "tests"));
        }
        self.at += 1;
        if matches!(self.kind(0), Some(Kind::Word(_))) {
            self.at += 1;
        }
    }

    /// A path outside of a `use`: the words with `::` between them.
    fn plain_path(&mut self) {
        let start = self.at;
        let mut path = Vec::new();
        if self.kind(0) == Some(Kind::PathSep) {
            self.at += 1;
        }
        while let Some(Kind::Word(word)) = self.kind(0) {
            path.push(word.to_string());
            self.at += 1;
            if self.kind(0) != Some(Kind::PathSep) {
                break;
            }
            self.at += 1;
        }
        let leads = self.code.get(start).is_some_and(|token| token.kind == Kind::PathSep);
        let goes_on = leads && self.closes_bracket(start);
        if !goes_on && (path.len() > 1 || (leads && !path.is_empty())) {
            self.push(path, start, false);
        }
    }

    /// Whether a `>` that is no arrow ends before `at`: what follows it is no new path, as in
    /// `<T as X>::y` and `Vec::<u8>::new`.
    fn closes_bracket(&self, at: usize) -> bool {
        let before =
            |n: usize| at.checked_sub(n).and_then(|at| self.code.get(at)).map(|it| it.kind);
        before(1) == Some(Kind::Sign('>')) && !matches!(before(2), Some(Kind::Sign('-' | '=')))
    }

    /// One branch of a `use`: `a::b`, `a::{b, c as d}`, `a::*`.
    fn group(&mut self, prefix: &mut Vec<String>) {
        let start = self.at;
        let kept = prefix.len();
        loop {
            match self.kind(0) {
                Some(Kind::PathSep) => self.at += 1,
                Some(Kind::Word("as")) => {
                    self.at += 2;
                    break;
                }
                Some(Kind::Word(word)) => {
                    prefix.push(word.to_string());
                    self.at += 1;
                }
                Some(Kind::Sign('{')) => {
                    self.at += 1;
                    self.branches(prefix);
                    prefix.truncate(kept);
                    return;
                }
                Some(Kind::Sign('*')) => {
                    prefix.push("*".to_string());
                    self.at += 1;
                }
                Some(Kind::Sign(_) | Kind::Literal | Kind::Comment(_)) | None => break,
            }
        }
        if prefix.len() > kept {
            self.push(prefix.clone(), start, true);
        }
        prefix.truncate(kept);
    }

    /// The branches of a group, up to and with its closing brace.
    fn branches(&mut self, prefix: &mut Vec<String>) {
        loop {
            match self.kind(0) {
                Some(Kind::Sign('}')) => {
                    self.at += 1;
                    return;
                }
                Some(Kind::Word(_) | Kind::PathSep | Kind::Sign('{' | '*')) => self.group(prefix),
                Some(Kind::Sign(_) | Kind::Literal | Kind::Comment(_)) => self.at += 1,
                None => return,
            }
        }
    }

    fn push(&mut self, path: Vec<String>, start: usize, is_use: bool) {
        let line = self.code.get(start).map_or(0, |token| token.line);
        let in_tests = self.modules.iter().any(|(_, is_tests)| *is_tests);
        self.found.push(Import { path, line, depth: self.modules.len(), in_tests, is_use });
    }
}

#[cfg(test)]
mod tests {
    use super::{super::lexer::tokens, *};

    fn paths(source: &str) -> Vec<String> {
        imports(&tokens(source)).into_iter().map(|import| import.path.join("::")).collect()
    }

    #[test]
    fn groups_are_spread_out() {
        assert_eq!(paths("use crate::{a, b::c};"), ["crate::a", "crate::b::c"]);
        assert_eq!(
            paths("pub(crate) use crate::{\n    a::{self, B, c::{D, E as F}},\n    g::*,\n};"),
            ["crate::a::self", "crate::a::B", "crate::a::c::D", "crate::a::c::E", "crate::g::*"]
        );
        assert_eq!(paths("use {crate::a, git2::Oid};"), ["crate::a", "git2::Oid"]);
        assert_eq!(paths("use crate::a; use super::b;"), ["crate::a", "super::b"]);
    }

    #[test]
    fn a_crate_alone_and_with_a_leading_separator() {
        assert_eq!(
            paths("use git2; use ::git2::Oid; extern crate tar;"),
            ["git2", "git2::Oid", "tar"]
        );
        assert_eq!(paths("use git2 as g;"), ["git2"]);
        assert_eq!(paths("use serde::Deserialize as _;\nfn f() {}"), ["serde::Deserialize"]);
    }

    #[test]
    fn plain_paths_count_too() {
        assert_eq!(
            paths("fn f(x: &crate::text::Span) -> ::git2::Oid { walkdir::WalkDir::new(x) }"),
            ["crate::text::Span", "git2::Oid", "walkdir::WalkDir::new"]
        );
        assert_eq!(paths("#[derive(clap::Parser)] struct A;"), ["clap::Parser"]);
        assert_eq!(paths("macro_rules! m { () => { $crate::a::b() } }"), ["crate::a::b"]);
        assert_eq!(paths("let x: Vec<git2::Oid> = vec![tar::a!()];"), ["git2::Oid", "tar::a"]);
    }

    #[test]
    fn what_is_no_path_is_left_out() {
        assert_eq!(paths("a.b(c); x == y; T: A"), Vec::<String>::new());
        assert_eq!(paths("<T as X>::git2()"), Vec::<String>::new());
        assert_eq!(paths("fn f<'a>() -> impl Sized + use<'a> { 1 }"), Vec::<String>::new());
        assert_eq!(paths("// use crate::a;\n\"crate::b\""), Vec::<String>::new());
    }

    #[test]
    fn modules_around_a_path_are_counted() {
        let source = "use crate::a;\nmod tests {\n  use super::*;\n  mod deep { use super::super::x; }\n}\nuse crate::b;\nmod other;\nfn f() { if x { super::y(); } }";
        let seen: Vec<(usize, usize, bool)> =
            imports(&tokens(source)).iter().map(|it| (it.line, it.depth, it.in_tests)).collect();
        assert_eq!(seen, [(1, 0, false), (3, 1, true), (4, 2, true), (6, 0, false), (8, 0, false)]);
    }
}
