//! `sprintf` as Go has it, mistakes included: `%d` of a text is `%!d(string=…)`, and still a message.
//!
//! OPA hands Go whole numbers, fractional numbers and texts; every other value as the text that OPA
//! prints of it.

use regorus::Value;

use super::{original, size, text};

/// The widest that Go pads, and the most digits that it writes.
const MAX_WIDTH: usize = 1_000_000;

pub(super) fn sprintf(values: &[Value], _: i64) -> Result<Value, String> {
    let format = text(values, 0)?;
    let arguments = match values.get(1) {
        Some(Value::Array(items)) => items.iter().map(Argument::of).collect::<Result<_, _>>()?,
        Some(_) | None => return Err("argument 2 must be a list".to_owned()),
    };
    let mut printer = Printer { arguments, next: 0, done: String::new() };
    printer.print(&format)?;
    Ok(Value::from(printer.done))
}

/// What Go is handed.
enum Argument {
    /// A whole number's digits, its sign, and whether it fits Go's `int`.
    Whole {
        digits: String,
        is_negative: bool,
        is_int: bool,
    },
    Float(f64),
    Text(String),
}

/// What stands between `%` and its letter.
#[derive(Default)]
struct Flags {
    plus: bool,
    minus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

struct Printer {
    arguments: Vec<Argument>,
    next: usize,
    done: String,
}

impl Argument {
    fn of(value: &Value) -> Result<Self, String> {
        match value {
            Value::String(text) => Ok(Self::Text(text.to_string())),
            Value::Number(number) if number.is_integer() => {
                let written = number.format_decimal();
                let digits = written.trim_start_matches('-').to_owned();
                let is_negative = written.starts_with('-');
                Ok(Self::Whole { digits, is_negative, is_int: number.as_i64().is_some() })
            }
            Value::Number(number) => {
                number.as_f64().map(Self::Float).ok_or_else(|| "no such number".to_owned())
            }
            // As OPA prints it: the evaluator's `%v` does.
            other => {
                let list = Value::from(vec![other.clone()]);
                let shown = original("sprintf", &[Value::from("%v"), list])?;
                Ok(Self::Text(shown.as_string().map(|it| it.to_string()).unwrap_or_default()))
            }
        }
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::Whole { is_int: true, .. } => "int64",
            Self::Whole { is_int: false, .. } => "*big.Int",
            Self::Float(_) => "float64",
            Self::Text(_) => "string",
        }
    }
}

impl Printer {
    fn print(&mut self, format: &str) -> Result<(), String> {
        let mut rest = format.chars().peekable();
        while let Some(letter) = rest.next() {
            size::fits(self.done.len())?;
            if letter != '%' {
                self.done.push(letter);
                continue;
            }
            let mut flags = Flags::default();
            while let Some(flag) = rest.next_if(|it| "+-# 0".contains(*it)) {
                match flag {
                    '+' => flags.plus = true,
                    '-' => flags.minus = true,
                    '#' => flags.sharp = true,
                    ' ' => flags.space = true,
                    _ => flags.zero = true,
                }
            }
            flags.width = number(&mut rest)?;
            if rest.next_if_eq(&'.').is_some() {
                flags.precision = Some(number(&mut rest)?.unwrap_or_default());
            }
            match rest.next() {
                None => self.done += "%!(NOVERB)",
                Some('%') => self.done.push('%'),
                Some(verb @ ('[' | '*')) => return Err(unsupported(verb)),
                Some(verb) => self.verb(verb, &flags)?,
            }
        }
        self.extra();
        size::fits(self.done.len())
    }

    fn verb(&mut self, verb: char, flags: &Flags) -> Result<(), String> {
        let Some(argument) = self.arguments.get(self.next) else {
            self.done += &format!("%!{verb}(MISSING)");
            return Ok(());
        };
        self.next += 1;
        if matches!((argument, verb), (Argument::Float(_), 'x' | 'X' | 'b')) {
            return Err(unsupported(verb));
        }
        let shown = shown(argument, verb, flags);
        let shown = shown.unwrap_or_else(|| {
            let plain = plain(argument, flags);
            format!("%!{verb}({}={plain})", argument.kind())
        });
        self.done += &shown;
        Ok(())
    }

    /// What no verb has asked for.
    fn extra(&mut self) {
        let left = self.arguments.get(self.next..).unwrap_or_default();
        if !left.is_empty() {
            let one = |it: &Argument| format!("{}={}", it.kind(), plain(it, &Flags::default()));
            let all: Vec<_> = left.iter().map(one).collect();
            self.done += &format!("%!(EXTRA {})", all.join(", "));
        }
    }
}

/// Digits, if there are some.
fn number(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<Option<usize>, String> {
    let mut number = None;
    while let Some(digit) = rest.next_if(char::is_ascii_digit) {
        let digit = digit.to_digit(10).and_then(|it| usize::try_from(it).ok()).unwrap_or_default();
        let more = number.unwrap_or(0_usize) * 10 + digit;
        if more > MAX_WIDTH {
            return Err("the format is too wide".to_owned());
        }
        number = Some(more);
    }
    Ok(number)
}

fn unsupported(verb: char) -> String {
    format!("the format `%{verb}` is not supported")
}

/// An argument as `%v` shows it.
fn plain(argument: &Argument, flags: &Flags) -> String {
    shown(argument, 'v', flags).unwrap_or_default()
}

/// An argument as a verb shows it; nothing where the verb is not for it.
fn shown(argument: &Argument, verb: char, flags: &Flags) -> Option<String> {
    match argument {
        _ if verb == 'T' => Some(padded(argument.kind(), flags)),
        Argument::Text(text) => shown_text(text, verb, flags),
        Argument::Float(number) => shown_float(*number, verb, flags),
        Argument::Whole { digits, is_negative, is_int } => {
            shown_whole(digits, *is_negative, *is_int, verb, flags)
        }
    }
}

fn shown_text(text: &str, verb: char, flags: &Flags) -> Option<String> {
    let cut: String = match flags.precision {
        Some(precision) => text.chars().take(precision).collect(),
        None => text.to_owned(),
    };
    match verb {
        's' => Some(padded(&cut, flags)),
        'v' if flags.sharp => Some(padded(&quoted(&cut)?, flags)),
        'v' => Some(padded(&cut, flags)),
        'q' if flags.plus || flags.sharp => None,
        'q' => Some(padded(&quoted(&cut)?, flags)),
        'x' | 'X' if flags.space || flags.sharp || flags.precision.is_some() => None,
        'x' => Some(padded(&cut.bytes().map(|it| format!("{it:02x}")).collect::<String>(), flags)),
        'X' => Some(padded(&cut.bytes().map(|it| format!("{it:02X}")).collect::<String>(), flags)),
        _ => None,
    }
}

/// In quotes as Go has them.
fn quoted(text: &str) -> Option<String> {
    let list = Value::from(vec![Value::from(text)]);
    let shown = original("sprintf", &[Value::from("%q"), list]).ok()?;
    shown.as_string().ok().map(|it| it.to_string())
}

fn shown_whole(
    digits: &str,
    is_negative: bool,
    is_int: bool,
    verb: char,
    flags: &Flags,
) -> Option<String> {
    let small = || digits.parse::<u128>().ok();
    let (prefix, digits) = match verb {
        'd' | 'v' => ("", digits.to_owned()),
        's' if !is_int => ("", digits.to_owned()),
        'b' => (if flags.sharp { "0b" } else { "" }, format!("{:b}", small()?)),
        'o' => (if flags.sharp { "0" } else { "" }, format!("{:o}", small()?)),
        'O' if is_int => ("0o", format!("{:o}", small()?)),
        'x' => (if flags.sharp { "0x" } else { "" }, format!("{:x}", small()?)),
        'X' => (if flags.sharp { "0X" } else { "" }, format!("{:X}", small()?)),
        'c' if is_int => {
            let letter = u32::try_from(small()?).ok().and_then(char::from_u32);
            return Some(padded(&letter.unwrap_or('\u{fffd}').to_string(), flags));
        }
        'U' if is_int && !flags.sharp => {
            return Some(padded(&format!("U+{:04X}", small()?), flags));
        }
        _ => return None,
    };
    let sign = match (is_negative, flags.plus && verb != 'v', flags.space) {
        (true, _, _) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        (false, false, false) => "",
    };
    if flags.precision == Some(0) && digits == "0" {
        return Some(padded("", &Flags { zero: false, width: flags.width, ..Flags::default() }));
    }
    let zeros = match (flags.precision, flags.width) {
        (Some(precision), _) => precision,
        (None, Some(width)) if flags.zero && !flags.minus => width.saturating_sub(sign.len()),
        (None, _) => 0,
    };
    // The octal zero of `%#o` is one of the digits.
    let zeros = zeros.saturating_sub(digits.len());
    let prefix = if verb == 'o' && zeros > 0 { "" } else { prefix };
    let number = format!("{sign}{prefix}{}{digits}", "0".repeat(zeros));
    Some(padded(
        &number,
        &Flags { zero: false, minus: flags.minus, width: flags.width, ..Flags::default() },
    ))
}

fn shown_float(number: f64, verb: char, flags: &Flags) -> Option<String> {
    if flags.sharp {
        return None;
    }
    let size = number.abs();
    let digits = match verb {
        'f' | 'F' => format!("{size:.*}", flags.precision.unwrap_or(6)),
        'e' | 'E' => with_exponent(&format!("{size:.*e}", flags.precision.unwrap_or(6))),
        'v' | 'g' | 'G' => general(size, flags.precision),
        _ => return None,
    };
    let digits = if verb.is_ascii_uppercase() { digits.to_uppercase() } else { digits };
    let sign = match (number.is_sign_negative(), flags.plus && verb != 'v', flags.space) {
        (true, _, _) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        (false, false, false) => "",
    };
    let width = flags.width.unwrap_or_default().saturating_sub(sign.len());
    if flags.zero && !flags.minus {
        return Some(format!("{sign}{digits:0>width$}"));
    }
    let plain = Flags { minus: flags.minus, width: flags.width, ..Flags::default() };
    Some(padded(&format!("{sign}{digits}"), &plain))
}

/// `1e-7` as Go writes it: `1e-07`.
fn with_exponent(text: &str) -> String {
    let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    format!("{digits}e{sign}{exponent:0>2}")
}

/// `%g`: as short as can be read back, with an exponent where the number is large or small.
fn general(size: f64, precision: Option<usize>) -> String {
    let shortest = match precision {
        Some(precision) => format!("{size:.*e}", precision.max(1) - 1),
        None => format!("{size:e}"),
    };
    let (digits, exponent) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let exponent: i64 = exponent.parse().unwrap_or_default();
    let digits = match digits.contains('.') {
        true => digits.trim_end_matches('0').trim_end_matches('.'),
        false => digits,
    };
    let count =
        i64::try_from(digits.chars().filter(char::is_ascii_digit).count()).unwrap_or(i64::MAX);
    let most = match precision {
        None => 6,
        Some(precision) => i64::try_from(precision.max(1)).unwrap_or(i64::MAX),
    };
    if exponent < -4 || exponent >= most {
        return with_exponent(&format!("{digits}e{exponent}"));
    }
    let places = usize::try_from((count - 1 - exponent).max(0)).unwrap_or_default();
    format!("{size:.places$}")
}

/// A text between spaces, or zeros, as wide as asked.
fn padded(text: &str, flags: &Flags) -> String {
    let free = flags.width.unwrap_or_default().saturating_sub(text.chars().count());
    match (flags.minus, flags.zero) {
        (true, _) => format!("{text}{}", " ".repeat(free)),
        (false, true) => format!("{}{text}", "0".repeat(free)),
        (false, false) => format!("{}{text}", " ".repeat(free)),
    }
}
