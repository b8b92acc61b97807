//! The marks of a Dockerfile, read as BuildKit reads it: instructions, then words, lists in JSON, or
//! scripts for a shell.
//!
//! **Invariant:** a mark is [`Site::Item`] only as a whole item of a list that can be no script, and
//! [`Site::Own`] only in what can be no list.

use super::{Inside, Site, cursor::Cursor, shell};

const QUOTED: Site = Site::Inside(Inside::QuotedText);

const BEHIND: Site = Site::Inside(Inside::Program);

/// Every mark of a Dockerfile: its number, and where it stands.
pub(super) fn sites(text: &str, stem: &str) -> Vec<(usize, Site)> {
    let mut cursor = Cursor::new(text, stem);
    let is_lost = file(&mut cursor, stem).is_none();
    cursor.finish(is_lost)
}

/// Notes the marks of all instructions; `None` where one is not followed.
fn file(cursor: &mut Cursor<'_>, stem: &str) -> Option<()> {
    let is_entered = runs_commands(cursor.rest());
    let mut instruction: Option<String> = None;
    while !cursor.is_done() {
        let start = cursor.at();
        let line = cursor.take_line().trim_end_matches('\r');
        cursor.take("\n");
        let begin = line.trim_start();
        if begin.is_empty() || begin.starts_with('#') {
            if sets_escape(begin) {
                return None;
            }
            cursor.note_since(start, Site::Inside(Inside::Comment));
            continue;
        }
        let mut whole = instruction.take().unwrap_or_default() + line;
        let end = line.trim_end_matches([' ', '\t']);
        if end.ends_with("\\\\") {
            return None;
        }
        if end.ends_with('\\') {
            whole.truncate(whole.trim_end_matches([' ', '\t']).len() - 1);
            instruction = Some(whole);
            continue;
        }
        let is_run = is_entered && is_command(whole.trim());
        for (number, site) in read(whole.trim(), stem)? {
            cursor.note(number, if is_run { BEHIND } else { site });
        }
        for heredoc in heredocs(whole.trim(), stem)? {
            body(cursor, &heredoc)?;
        }
    }
    instruction.is_none().then_some(())
}

fn is_command(instruction: &str) -> bool {
    let name = instruction.split([' ', '\t']).next().unwrap_or_default();
    name.eq_ignore_ascii_case("CMD")
}

/// Whether a comment makes something else than `\` join lines.
fn sets_escape(comment: &str) -> bool {
    let directive = comment.trim_start_matches('#').split_once('=');
    directive.is_some_and(|(name, value)| {
        name.trim().eq_ignore_ascii_case("escape") && value.trim() != "\\"
    })
}

fn body(cursor: &mut Cursor<'_>, (end, is_indented): &(String, bool)) -> Option<()> {
    while !cursor.is_done() {
        let start = cursor.at();
        let line = cursor.take_line().trim_end_matches('\r');
        cursor.take("\n");
        cursor.note_since(start, Site::Inside(Inside::HereDocument));
        let line = if *is_indented { line.trim_start_matches('\t') } else { line };
        if line == end {
            return Some(());
        }
    }
    None
}

/// The marks of one instruction.
fn read(text: &str, stem: &str) -> Option<Vec<(usize, Site)>> {
    let (name, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    let (flags, rest) = flags(rest.trim_start())?;
    let mut found = all(flags, stem, Site::Inside(Inside::Flag));
    found.extend(match name.to_ascii_uppercase().as_str() {
        "RUN" if !heredocs(text, stem)?.is_empty() => {
            all(rest, stem, Site::Inside(Inside::HereDocumentInstruction))
        }
        "RUN" | "CMD" | "ENTRYPOINT" => script(rest, stem)?,
        "SHELL" if !runs_shell(rest) => return None,
        "HEALTHCHECK" => match rest.split_once([' ', '\t']) {
            Some((command, rest)) if command.eq_ignore_ascii_case("cmd") => {
                script(rest.trim_start(), stem)?
            }
            _ => all(rest, stem, Site::Inside(Inside::Instruction)),
        },
        // One that brings another one about is no instruction.
        "ONBUILD" if is_onbuild(rest) => return None,
        "ONBUILD" => read(rest, stem)?,
        "ENV" | "LABEL" | "ARG" => words(rest, stem)?,
        _ => all(rest, stem, Site::Inside(Inside::Instruction)),
    });
    let is_name = found.len() == all(text, stem, Site::Unknown).len();
    is_name.then_some(found)
}

fn is_onbuild(text: &str) -> bool {
    let name = text.split([' ', '\t']).next().unwrap_or_default();
    name.eq_ignore_ascii_case("ONBUILD")
}

/// All marks of a text, at one kind of place.
fn all(text: &str, stem: &str, site: Site) -> Vec<(usize, Site)> {
    let mut cursor = Cursor::new(text, stem);
    cursor.take_while(|_| true);
    cursor.note_since(0, site);
    cursor.finish(false)
}

/// The options of an instruction, and the rest.
fn flags(text: &str) -> Option<(&str, &str)> {
    let mut rest = text;
    while rest.starts_with("--") {
        let end = rest.find([' ', '\t']).unwrap_or(rest.len());
        let (flag, behind) = (rest.get(..end)?, rest.get(end..)?);
        if flag.contains(['\'', '"', '\\']) {
            return None;
        }
        rest = behind.trim_start();
    }
    Some((text.get(..text.len() - rest.len())?, rest))
}

/// The marks of a list in JSON, or of a script.
fn script(text: &str, stem: &str) -> Option<Vec<(usize, Site)>> {
    let mut cursor = Cursor::new(text, stem);
    match list(&mut cursor) {
        Some(()) => Some(cursor.finish(false)),
        // What follows may be a list after all.
        None if cursor.is_at_mark() || cursor.read().contains(stem) => None,
        None => Some(shell::sites(text, stem)),
    }
}

/// Reads a list in JSON to the end of the text.
fn list(cursor: &mut Cursor<'_>) -> Option<()> {
    let mut items = Vec::new();
    blanks(cursor);
    if !cursor.take("[") {
        return None;
    }
    loop {
        blanks(cursor);
        items.push(match cursor.take_mark() {
            Some(number) => (String::new(), Some(number)),
            None => (string(cursor)?, None),
        });
        blanks(cursor);
        if cursor.take("]") {
            blanks(cursor);
            cursor.is_done().then_some(())?;
            break;
        }
        if !cursor.take(",") {
            return None;
        }
    }
    for (number, site) in shell::arguments(items)? {
        cursor.note(number, if site == Site::Own { Site::Item } else { site });
    }
    Some(())
}

/// Whether an `ENTRYPOINT` of the file is a shell that runs what `CMD` says.
fn runs_commands(text: &str) -> bool {
    let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
    joined.lines().any(|line| {
        let (name, rest) = line.trim().split_once([' ', '\t']).unwrap_or_default();
        let last = rest.trim_end().strip_suffix(']').and_then(|it| it.trim_end().strip_suffix('"'));
        let option = last.and_then(|it| it.rsplit('"').next()).unwrap_or_default();
        name.eq_ignore_ascii_case("ENTRYPOINT")
            && option.starts_with('-')
            && option.contains(['c', 'e', 'E', 'p'])
    })
}

fn blanks(cursor: &mut Cursor<'_>) {
    cursor.take_while(|it| it.is_ascii_whitespace());
}

fn string(cursor: &mut Cursor<'_>) -> Option<String> {
    if !cursor.take("\"") {
        return None;
    }
    let mut text = String::new();
    loop {
        if let Some(number) = cursor.take_mark() {
            cursor.note(number, Site::Inside(Inside::ItemText));
            text.push('\u{1}');
            continue;
        }
        match cursor.bump()? {
            '"' => return Some(text),
            '\\' => text.push(cursor.bump()?),
            other => text.push(other),
        }
    }
}

/// Whether a list names a shell first.
fn runs_shell(text: &str) -> bool {
    let first = text.split('"').nth(1).unwrap_or_default();
    shell::is_shell(first)
}

/// The marks of the words `NAME=value`.
fn words(text: &str, stem: &str) -> Option<Vec<(usize, Site)>> {
    let first = text.split([' ', '\t']).next().unwrap_or_default();
    if !first.contains('=') {
        return Some(all(text, stem, Site::Inside(Inside::BareInstruction)));
    }
    let mut cursor = Cursor::new(text, stem);
    let mut is_value = false;
    loop {
        if let Some(number) = cursor.take_mark() {
            let name = Site::Inside(Inside::VariableName);
            cursor.note(number, if is_value { Site::Own } else { name });
            continue;
        }
        match cursor.bump() {
            None => return Some(cursor.finish(false)),
            Some(' ' | '\t') => is_value = false,
            Some('=') => is_value = true,
            Some('\\') => match cursor.take_mark() {
                Some(number) => cursor.note(number, Site::Beside("a backslash")),
                None => drop(cursor.bump()),
            },
            Some('$') => match cursor.take_mark() {
                Some(number) => cursor.note(number, Site::Beside("`$`")),
                None if cursor.is_at("{") => variable(&mut cursor)?,
                None => {}
            },
            Some('\'') => {
                let start = cursor.at();
                let is_closed = cursor.take_past("'");
                cursor.note_since(start, QUOTED);
                let inner = cursor.read().get(start..)?;
                // The words are divided by another rule than they are read by.
                if !is_closed || inner.contains('\\') {
                    return None;
                }
            }
            Some('"') => double(&mut cursor)?,
            Some(_) => {}
        }
    }
}

/// Reads `{…}` behind `$`.
fn variable(cursor: &mut Cursor<'_>) -> Option<()> {
    let start = cursor.at();
    let is_closed = cursor.take_past("}");
    cursor.note_since(start, Site::Inside(Inside::Expansion));
    let inner = cursor.read().get(start..)?;
    (is_closed && !inner.contains(['\'', '"', '\\', '$', ' '])).then_some(())
}

fn double(cursor: &mut Cursor<'_>) -> Option<()> {
    loop {
        if let Some(number) = cursor.take_mark() {
            cursor.note(number, QUOTED);
            continue;
        }
        match cursor.bump()? {
            '"' => return Some(()),
            '\\' if !cursor.is_at_mark() => drop(cursor.bump()?),
            _ => {}
        }
    }
}

/// The words that end the here-documents of an instruction, and whether tabs before them don't count.
fn heredocs(text: &str, stem: &str) -> Option<Vec<(String, bool)>> {
    let name = text.split([' ', '\t']).next().unwrap_or_default().to_ascii_uppercase();
    if !text.contains("<<") || !["RUN", "COPY", "ADD", "ONBUILD"].contains(&name.as_str()) {
        return Some(Vec::new());
    }
    let mut found = Vec::new();
    for word in divided(text)? {
        let behind = word.trim_start_matches(|it: char| it.is_ascii_digit());
        let Some(end) = behind.strip_prefix("<<") else { continue };
        let is_indented = end.starts_with('-');
        let end = end.strip_prefix('-').unwrap_or(end);
        if end.is_empty() || end.contains('<') {
            continue;
        }
        if end.contains(['\\', '$']) || end.contains(stem) {
            return None;
        }
        found.push((end.replace(['\'', '"'], ""), is_indented));
    }
    Some(found)
}

/// The words of a line, with their quotes.
fn divided(text: &str) -> Option<Vec<String>> {
    let (mut words, mut quote, mut characters) = (vec![String::new()], None, text.chars());
    while let Some(character) = characters.next() {
        let word = words.last_mut()?;
        match (quote, character) {
            (None, ' ' | '\t') => words.push(String::new()),
            (None | Some('"'), '\\') => {
                word.push(character);
                word.extend(characters.next());
            }
            (None, '\'' | '"') => {
                word.push(character);
                quote = Some(character);
            }
            (open, _) => {
                word.push(character);
                quote = open.filter(|it| *it != character);
            }
        }
    }
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(program: &str) -> Site {
        crate::template::code::tests::at(program, sites)
    }

    #[test]
    fn words_of_shells_and_whole_items_have_places_of_their_own() {
        for program in [
            "FROM a\nRUN echo @",
            "FROM a\nRUN apt-get \\\n  # it's\n\n  install @ \\\n  && echo @",
            "# syntax=docker/dockerfile:1\n# escape=\\\nRUN --mount=type=cache,target=/x echo @",
            "RUN [ -f @ ] && echo",
            "RUN [ \"a\" = @ ]",
            "HEALTHCHECK --interval=5s CMD curl @",
            "SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN echo $(cmd @)",
            "RUN cat <<EOF > x\nit's\nEOF\nRUN echo @",
            "COPY <<-\"EOF\" /x\nit's $(\n\tEOF\nRUN echo @",
            "ONBUILD RUN echo @",
        ] {
            assert_eq!(site(program), Site::Own, "{program}");
        }
        for program in [
            "CMD [\"a\", @]",
            "ENTRYPOINT [@]",
            "HEALTHCHECK CMD [ \"curl\", @ ]",
            "ENTRYPOINT [\"node\", \"server.js\"]\nCMD [@]",
            "CMD [\"sh\", \"-c\", \"exec app $0\", @]",
            "RUN [\"sh\", \"-c\", \"echo\", @]",
        ] {
            assert_eq!(site(program), Site::Item, "{program}");
        }
        for program in
            ["ENV A=@", "LABEL a=b \\\n  \"c\"='d' e=@", "ARG X=@", "ENV A=\"x\" B=a@\"b\""]
        {
            assert_eq!(site(program), Site::Own, "{program}");
        }
    }

    #[test]
    fn what_reads_a_literal_as_something_else_is_refused() {
        for program in [
            "CMD [\"sh\", \"-c\", @]",
            "CMD [\"sh\", \"-ec\", @]",
            "CMD [\"sh\", \"-ceu\", @]",
            "CMD [\"bash\", \"-c\", \"--\", @]",
            "CMD [\"node\", \"-e\", @]",
            "CMD [\"tini\", \"--\", \"sh\", \"-c\", @]",
            "ENTRYPOINT [\"sh\", \"-c\"]\nCMD [@]",
            "CMD [@]\nENTRYPOINT [\"sh\", \\\n \"-c\" ]",
            "CMD [\"a\", \"b @\"]",
            "RUN echo \"@\"",
            "RUN sh -c @",
            "ENV A=\"@\"",
            "ENV A='@'",
            "ENV @=a",
            "ENV A @",
            "ENV A=$@",
            "ENV A=\\@",
            "ENV A=${B:-@}",
            "COPY @ /x",
            "WORKDIR @",
            "FROM a AS @",
            "# @",
            "RUN --mount=@ echo",
            "RUN <<EOF\necho @\nEOF",
            "RUN cat <<EOF > @\na\nEOF",
            "COPY <<EOF /x\n@\nEOF",
        ] {
            assert!(
                matches!(site(program), Site::Inside(_) | Site::Beside(_)),
                "{program} {:?}",
                site(program)
            );
        }
    }

    #[test]
    fn what_is_not_followed_has_no_place() {
        for program in [
            "# escape=`\nRUN echo @",
            "SHELL [\"pwsh\", \"-c\"]\nRUN echo @",
            "RUN echo @ '",
            "RUN echo @ \\",
            "RUN echo @ \\\\\nENV A=b",
            "RUN [\"a\", @] b",
            "RUN [\"a\", @ b]",
            "RUN echo @\nCOPY <<EOF /x\na",
            "ENV A='b\\' B=@",
            "ENV A=\"b B=@",
            "@ a",
            "ONBUILD onbuild RUN echo @",
        ] {
            assert_eq!(site(program), Site::Unknown, "{program}");
        }
        let nested = format!("RUN echo @\n{}RUN true", "ONBUILD ".repeat(200_000));
        assert_eq!(site(&nested), Site::Unknown);
    }
}
