//! The marks of a Dockerfile, read as BuildKit reads it: instructions, then words, lists in JSON, or
//! scripts for a shell.
//!
//! **Invariant:** a mark is [`Site::Item`] only as a whole item of a list that can be no script, and
//! [`Site::Own`] only in what can be no list.

mod heredoc;
mod list;
mod words;

use super::{
    Inside, Site,
    cursor::{Cursor, all},
    shell,
};
use heredoc::{Heredoc, body, heredocs};
use list::list;
use words::words;

const QUOTED: Site = Site::Inside(Inside::QuotedText);

const BEHIND: Site = Site::Inside(Inside::Program);

/// Every mark of a Dockerfile: its number, and where it stands.
pub(super) fn sites(text: &str, stem: &str) -> Vec<(usize, Site)> {
    let mut cursor = Cursor::new(text, stem);
    let ended = file(&mut cursor, stem);
    cursor.finish(ended)
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
        let heredocs = heredocs(whole.trim(), stem)?;
        for (number, site) in marks(whole.trim(), &heredocs, stem)? {
            cursor.note(number, if is_run { BEHIND } else { site });
        }
        for heredoc in &heredocs {
            body(cursor, heredoc)?;
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

/// The marks of one instruction.
fn marks(text: &str, heredocs: &[Heredoc], stem: &str) -> Option<Vec<(usize, Site)>> {
    let (name, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    let (flags, rest) = flags(rest.trim_start())?;
    let mut found = all(flags, stem, Site::Inside(Inside::Flag));
    found.extend(match name.to_ascii_uppercase().as_str() {
        "RUN" if !heredocs.is_empty() => {
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
        "ONBUILD" => marks(rest, heredocs, stem)?,
        "ENV" | "LABEL" | "ARG" => words(rest, stem)?,
        _ => all(rest, stem, Site::Inside(Inside::Instruction)),
    });
    let is_complete = found.len() == all(text, stem, Site::Unknown).len();
    is_complete.then_some(found)
}

fn is_onbuild(text: &str) -> bool {
    let name = text.split([' ', '\t']).next().unwrap_or_default();
    name.eq_ignore_ascii_case("ONBUILD")
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
        Some(()) => Some(cursor.finish(Some(()))),
        // What follows may be a list after all.
        None if cursor.is_at_mark() || cursor.behind().contains(stem) => None,
        None => Some(shell::sites(text, stem)),
    }
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

/// Whether a list names a shell first.
fn runs_shell(text: &str) -> bool {
    let first = text.split('"').nth(1).unwrap_or_default();
    shell::is_shell(first)
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
