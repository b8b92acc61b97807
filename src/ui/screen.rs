//! The two streams of the program: results for programs and pipes, messages for people.

use std::{
    io::{self, Write as _},
    str::FromStr,
};

use anstream::{
    AutoStream, ColorChoice,
    adapter::strip_str,
    stream::{AsLockedWrite, RawStream},
};

use crate::host::Host;

/// The one place that writes: results to standard output, everything else to standard error.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    results: Stream,
    messages: Stream,
    is_interactive: bool,
    is_terminal: bool,
    is_piped: bool,
}

/// What a renderer must know of the stream that it renders for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The columns of the terminal; none where a line may have any length.
    pub width: Option<usize>,
    /// Which characters can be drawn with.
    pub charset: Charset,
}

/// Which characters can be drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// Lines and arrows.
    Unicode,
    /// What every terminal has.
    Ascii,
}

/// Whether to use colours: the values of `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Color {
    /// On terminals, as far as the environment doesn't say otherwise.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Why results could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ScreenError {
    /// Standard output is full or broken; a reader that went away is no error.
    #[error("failed to write to the standard output")]
    Results(#[source] io::Error),
}

#[derive(Debug, Clone, Copy)]
struct Stream {
    look: Look,
    choice: ColorChoice,
}

impl Screen {
    /// The screen of this process.
    pub fn new(host: &Host, color: Color) -> Self {
        let stream = |is_terminal: bool| Stream {
            look: Look { width: width(host, is_terminal), charset: charset(host) },
            choice: match is_colored(host, color, is_terminal) {
                true => ColorChoice::Always,
                false => ColorChoice::Never,
            },
        };
        Self {
            results: stream(host.terminal.output),
            messages: stream(host.terminal.error),
            is_interactive: host.terminal.input && host.terminal.error,
            is_terminal: host.terminal.error,
            is_piped: !host.terminal.output,
        }
    }

    /// Writes a result to standard output. A reader that went away ends it quietly.
    ///
    /// # Errors
    /// If standard output can't be written to for any other reason.
    pub fn result(&self, text: &str) -> Result<(), ScreenError> {
        quietly(write(io::stdout().lock(), self.results.choice, text))
    }

    /// Writes a result as it is, for a file or a program: never to a terminal, which it could drive.
    ///
    /// # Errors
    /// If standard output can't be written to, but for a reader that went away.
    pub fn bytes(&self, bytes: &[u8]) -> Result<(), ScreenError> {
        let mut stream = io::stdout().lock();
        quietly(stream.write_all(bytes).and_then(|()| stream.flush()))
    }

    /// Whether results go to a file or a program that wants them as they are, without colours.
    pub const fn is_plain(&self) -> bool {
        self.is_piped && matches!(self.results.choice, ColorChoice::Never)
    }

    /// Writes a message to standard error. Nobody could be told if that failed.
    pub fn say(&self, message: &str) {
        let _nobody_to_tell = write(io::stderr().lock(), self.messages.choice, message);
    }

    /// Wipes what a prompt that was left in the middle has drawn below the cursor.
    pub fn wipe_prompt(&self) {
        if self.is_interactive {
            let mut stream = io::stderr().lock();
            let _nobody_to_tell = stream.write_all(b"\x1b[J").and_then(|()| stream.flush());
        }
    }

    /// How results look.
    pub const fn result_look(&self) -> Look {
        self.results.look
    }

    /// How messages look.
    pub const fn look(&self) -> Look {
        self.messages.look
    }

    /// Whether a person can be asked.
    pub const fn is_interactive(&self) -> bool {
        self.is_interactive
    }

    /// Whether messages go to a terminal.
    pub const fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Whether messages are in colour.
    pub fn is_colored(&self) -> bool {
        self.messages.choice == ColorChoice::Always
    }
}

impl Look {
    /// The longest line that may be filled with a table.
    pub fn line(self) -> usize {
        self.width.unwrap_or(usize::MAX)
    }

    /// The longest line of running text; wider ones are hard to read.
    pub fn text(self) -> usize {
        self.width.unwrap_or(usize::MAX).clamp(20, 100)
    }

    /// The drawing that the charset has.
    pub const fn draw(self, unicode: &'static str, ascii: &'static str) -> &'static str {
        match self.charset {
            Charset::Unicode => unicode,
            Charset::Ascii => ascii,
        }
    }
}

impl FromStr for Color {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "always" => Ok(Self::Always),
            "never" => Ok(Self::Never),
            _ => Err("write `auto`, `always` or `never`".to_owned()),
        }
    }
}

fn write(
    stream: impl RawStream + AsLockedWrite,
    choice: ColorChoice,
    text: &str,
) -> io::Result<()> {
    // In one piece: a text in many would be as many calls of the system.
    let mut text = match choice {
        ColorChoice::Never => strip_str(text).to_string(),
        _ => text.to_owned(),
    };
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let mut stream = AutoStream::new(stream, ColorChoice::AlwaysAnsi);
    stream.write_all(text.as_bytes())?;
    stream.flush()
}

/// A reader that went away has what it wanted (`flagstone catalog list | head -1`).
fn quietly(written: io::Result<()>) -> Result<(), ScreenError> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(ScreenError::Results(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// The order of <https://bixense.com/clicolors> and <https://no-color.org>.
fn is_colored(host: &Host, color: Color, is_terminal: bool) -> bool {
    let is_set = |name| host.variable(name).is_some_and(|value| value != "0");
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if host.variable("NO_COLOR").is_some() => false,
        Color::Auto if is_set("CLICOLOR_FORCE") => true,
        Color::Auto if host.variable("CLICOLOR") == Some("0") => false,
        Color::Auto => is_terminal && host.variable("TERM") != Some("dumb"),
    }
}

fn width(host: &Host, is_terminal: bool) -> Option<usize> {
    let columns = host.variable("COLUMNS").and_then(|columns| columns.parse().ok());
    let measured = || match is_terminal {
        true => terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)),
        false => None,
    };
    columns.or_else(measured).filter(|columns| *columns > 0)
}

/// The first of these that is set says what the terminal can draw, as in C programs.
fn charset(host: &Host) -> Charset {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| host.variable(name));
    let is_utf8 = |locale: &str| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    };
    match cfg!(windows) || locale.is_some_and(is_utf8) {
        true => Charset::Unicode,
        false => Charset::Ascii,
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, path::PathBuf};

    use super::*;
    use crate::host::Terminal;

    fn host(environment: &[(&str, &str)]) -> Host {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Host {
            arguments: Vec::new(),
            environment: environment.iter().map(owned).collect::<BTreeMap<_, _>>(),
            folder: PathBuf::new(),
            now: 0,
            terminal: Terminal { input: true, output: false, error: true },
            threads: 1,
        }
    }

    fn colors(environment: &[(&str, &str)], color: Color) -> (bool, bool) {
        let host = host(environment);
        (is_colored(&host, color, true), is_colored(&host, color, false))
    }

    #[test]
    fn colors_follow_the_option_then_the_environment_then_the_terminal() {
        assert_eq!(colors(&[], Color::Auto), (true, false));
        assert_eq!(colors(&[("NO_COLOR", "1")], Color::Auto), (false, false));
        assert_eq!(colors(&[("NO_COLOR", "")], Color::Auto), (true, false));
        assert_eq!(colors(&[("CLICOLOR", "0")], Color::Auto), (false, false));
        assert_eq!(colors(&[("CLICOLOR_FORCE", "1")], Color::Auto), (true, true));
        assert_eq!(colors(&[("CLICOLOR_FORCE", "0")], Color::Auto), (true, false));
        assert_eq!(
            colors(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], Color::Auto),
            (false, false)
        );
        assert_eq!(colors(&[("TERM", "dumb")], Color::Auto), (false, false));
        assert_eq!(colors(&[("NO_COLOR", "1")], Color::Always), (true, true));
        assert_eq!(colors(&[("CLICOLOR_FORCE", "1")], Color::Never), (false, false));
    }

    #[test]
    fn lines_are_drawn_where_the_locale_has_them() {
        assert_eq!(charset(&host(&[("LANG", "en_US.UTF-8")])), Charset::Unicode);
        assert_eq!(charset(&host(&[("LANG", "C.utf8")])), Charset::Unicode);
        assert_eq!(charset(&host(&[("LANG", "en_US.UTF-8"), ("LC_ALL", "C")])), Charset::Ascii);
        #[cfg(not(windows))]
        assert_eq!(charset(&host(&[])), Charset::Ascii);
    }

    #[test]
    fn columns_say_how_wide_a_line_may_be_and_files_have_no_width() {
        let screen = Screen::new(&host(&[("COLUMNS", "72")]), Color::Auto);
        assert_eq!(screen.result_look().width, Some(72));
        assert_eq!(Screen::new(&host(&[]), Color::Auto).result_look().width, None);
        assert_eq!(Screen::new(&host(&[]), Color::Auto).result_look().text(), 100);
    }

    #[test]
    fn a_reader_that_went_away_is_no_error_but_a_full_disk_is() {
        assert!(quietly(Err(io::ErrorKind::BrokenPipe.into())).is_ok());
        let full = quietly(Err(io::ErrorKind::StorageFull.into())).unwrap_err();
        assert_eq!(full.to_string(), "failed to write to the standard output");
    }

    #[test]
    fn styles_are_taken_out_where_they_are_not_wanted() {
        let text = "\x1b[1mbold\x1b[0m";
        let written = |choice| {
            let mut file = Vec::new();
            write(&mut file as &mut dyn io::Write, choice, text).unwrap();
            String::from_utf8(file).unwrap()
        };
        assert_eq!(written(ColorChoice::Never), "bold\n");
        assert_eq!(written(ColorChoice::Always), "\x1b[1mbold\x1b[0m\n");
    }

    #[test]
    fn a_color_is_one_of_three_words() {
        assert_eq!("never".parse(), Ok(Color::Never));
        assert!("blue".parse::<Color>().is_err());
    }
}
