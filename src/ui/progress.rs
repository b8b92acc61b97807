//! How far a long run over many services is.
//!
//! **Invariant:** shows itself on a terminal only, and never before a second has gone by.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Charset, Look, Screen, clean_line};

/// Below this nobody wants to be told.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar on standard error. It vanishes when it is dropped.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    is_wanted: bool,
}

impl Progress {
    /// A bar over `services` pieces of work.
    pub fn new(services: usize, screen: &Screen) -> Self {
        let bar =
            ProgressBar::with_draw_target(Some(services as u64), ProgressDrawTarget::hidden());
        Self { bar: bar.with_style(style(screen.look())), is_wanted: screen.is_terminal() }
    }

    /// One more service is done. May be called by several threads.
    pub fn done(&self, service: &str) {
        if self.is_wanted && self.bar.is_hidden() && self.bar.elapsed() >= PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_message(clean_line(service).into_owned());
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn style(look: Look) -> ProgressStyle {
    let template = "{bar:30} {pos} of {len} services  {msg}";
    let style = ProgressStyle::with_template(template).expect("the template is a constant");
    style.progress_chars(match look.charset {
        Charset::Unicode => "━╸ ",
        Charset::Ascii => "=> ",
    })
}

#[cfg(test)]
mod tests {
    use std::{
        fmt,
        io::{self, Write as _},
        num::NonZeroU16,
        sync::{Arc, Mutex},
    };

    use indicatif::TermLike;

    use super::*;
    use crate::ui::human::test::TERMINAL;

    #[derive(Clone)]
    struct Emulated(Arc<Mutex<vt100::Parser>>);

    impl Emulated {
        fn send(&self, bytes: fmt::Arguments<'_>) -> io::Result<()> {
            self.0.lock().unwrap().write_fmt(bytes)
        }

        fn contents(&self) -> String {
            self.0.lock().unwrap().screen().contents()
        }
    }

    impl fmt::Debug for Emulated {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("Emulated")
        }
    }

    impl TermLike for Emulated {
        fn width(&self) -> u16 {
            80
        }

        fn move_cursor_up(&self, n: usize) -> io::Result<()> {
            self.send(format_args!("\x1b[{n}A"))
        }

        fn move_cursor_down(&self, n: usize) -> io::Result<()> {
            self.send(format_args!("\x1b[{n}B"))
        }

        fn move_cursor_right(&self, n: usize) -> io::Result<()> {
            self.send(format_args!("\x1b[{n}C"))
        }

        fn move_cursor_left(&self, n: usize) -> io::Result<()> {
            self.send(format_args!("\x1b[{n}D"))
        }

        fn write_line(&self, text: &str) -> io::Result<()> {
            self.send(format_args!("{text}\r\n"))
        }

        fn write_str(&self, text: &str) -> io::Result<()> {
            self.send(format_args!("{text}"))
        }

        fn clear_line(&self) -> io::Result<()> {
            self.send(format_args!("\r\x1b[2K"))
        }

        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    fn shown(look: Look) -> String {
        let size = |cells| NonZeroU16::new(cells).unwrap();
        let parser = vt100::Parser::new(size(5), size(80), 0);
        let terminal = Emulated(Arc::new(Mutex::new(parser)));
        let target = ProgressDrawTarget::term_like(Box::new(terminal.clone()));
        let bar = ProgressBar::with_draw_target(Some(30), target).with_style(style(look));
        let progress = Progress { bar, is_wanted: true };
        (0..17).for_each(|_| progress.done("orders\x1b[2J-api"));
        progress.bar.force_draw();
        let shown = terminal.contents();
        drop(progress);
        assert_eq!(terminal.contents(), "");
        shown
    }

    #[test]
    fn a_bar_says_how_many_and_which_and_leaves_nothing_behind() {
        insta::assert_snapshot!(shown(TERMINAL), @"━━━━━━━━━━━━━━━━━╸             17 of 30 services  orders␛[2J-api");
        insta::assert_snapshot!(shown(Look { charset: Charset::Ascii, ..TERMINAL }), @"=================>             17 of 30 services  orders␛[2J-api");
    }
}
