//! Dates as git accepts them in `GIT_AUTHOR_DATE` and `GIT_COMMITTER_DATE`.

use super::author::Moment;

/// Reads git's own form (`@seconds +zzzz`), RFC 2822 and ISO 8601; `local` is the offset of a date
/// that names none.
pub(super) fn parse(text: &str, local: i32) -> Option<Moment> {
    let text = text.trim();
    raw(text, local).or_else(|| Parts::read(text)?.moment(local))
}

fn raw(text: &str, local: i32) -> Option<Moment> {
    let (seconds, zone) = text.split_once(' ').unwrap_or((text, ""));
    let seconds = match seconds.strip_prefix('@') {
        Some(digits) => number(digits)?,
        // Fewer digits are a year or a day to git.
        None => number(seconds).filter(|seconds| *seconds >= 100_000_000)?,
    };
    let offset = if zone.is_empty() { local } else { offset(zone.trim())? };
    Some(Moment { seconds, offset })
}

#[derive(Default)]
struct Parts {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    time: Option<i64>,
    offset: Option<i32>,
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Parts {
    fn read(text: &str) -> Option<Self> {
        let mut parts = Self::default();
        for word in text.split([' ', ',', '\t']).filter(|word| !word.is_empty()) {
            parts.take(word)?;
        }
        Some(parts)
    }

    fn take(&mut self, word: &str) -> Option<()> {
        let starts_with_digit = word.starts_with(|first: char| first.is_ascii_digit());
        match word.split_once('T') {
            Some((date, time)) if starts_with_digit => {
                self.take_date(date)?;
                self.take_time(time)
            }
            _ if word.contains(':') && starts_with_digit => self.take_time(word),
            _ if word.starts_with(['+', '-']) => set(&mut self.offset, offset(word)?),
            _ if matches!(word, "Z" | "UTC" | "GMT") => set(&mut self.offset, 0),
            _ if starts_with_digit => self.take_date(word),
            _ => self.take_name(word),
        }
    }

    fn take_name(&mut self, word: &str) -> Option<()> {
        let short = word.get(..3)?.to_ascii_lowercase();
        if let Some(month) = MONTHS.iter().position(|month| *month == short) {
            return set(&mut self.month, i64::try_from(month).ok()? + 1);
        }
        DAYS.contains(&short.as_str()).then_some(())
    }

    /// `2005-04-07`, or one number of it: a day or a year.
    fn take_date(&mut self, word: &str) -> Option<()> {
        let numbers: Vec<i64> = word.split(['-', '/', '.']).map(number).collect::<Option<_>>()?;
        match (numbers.as_slice(), word.len()) {
            ([day], 1 | 2) => set(&mut self.day, *day),
            ([year], 4) => set(&mut self.year, *year),
            ([year, month, day], _) if *year >= 1000 => {
                set(&mut self.year, *year)?;
                set(&mut self.month, *month)?;
                set(&mut self.day, *day)
            }
            _ => None,
        }
    }

    /// `22:13:13`, also with a fraction (ignored) and a zone behind it.
    fn take_time(&mut self, word: &str) -> Option<()> {
        let end = word.find(['Z', '+', '-']).unwrap_or(word.len());
        let (clock, zone) = word.split_at_checked(end)?;
        if !zone.is_empty() {
            set(&mut self.offset, if zone == "Z" { 0 } else { offset(zone)? })?;
        }
        let whole = clock.split('.').next()?;
        let numbers: Vec<i64> = whole.split(':').map(number).collect::<Option<_>>()?;
        let (hours, minutes, seconds) = match numbers.as_slice() {
            [hours, minutes] => (*hours, *minutes, 0),
            [hours, minutes, seconds] => (*hours, *minutes, *seconds),
            _ => return None,
        };
        let sane = hours < 24 && minutes < 60 && seconds <= 60;
        set(&mut self.time, sane.then_some(hours * 3600 + minutes * 60 + seconds)?)
    }

    fn moment(self, local: i32) -> Option<Moment> {
        let offset = self.offset.unwrap_or(local);
        let days = days(self.year?, self.month?, self.day?)?;
        let seconds = days * 86_400 + self.time? - i64::from(offset) * 60;
        (seconds >= 0).then_some(Moment { seconds, offset })
    }
}

/// A part that is named twice makes no sense.
fn set<T>(part: &mut Option<T>, value: T) -> Option<()> {
    part.replace(value).is_none().then_some(())
}

fn number(digits: &str) -> Option<i64> {
    let all_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| all_digits)
}

/// `+0200`, `-07:30`, `+02`, in minutes.
fn offset(zone: &str) -> Option<i32> {
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits = zone.strip_prefix(['+', '-'])?.replace(':', "");
    let number = i32::try_from(number(&digits)?).ok()?;
    let (hours, minutes) =
        if digits.len() <= 2 { (number, 0) } else { (number / 100, number % 100) };
    (digits.len() <= 4 && hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// Days since 1970 in the Gregorian calendar; years begin in March, so that leap days come last.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || year > 9999 {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_gits_manual_is_read() {
        for text in [
            "@1112911993 +0200",
            "1112911993 +0200",
            "Thu, 07 Apr 2005 22:13:13 +0000",
            "2005-04-07T22:13:13Z",
            "2005-04-07T22:13:13.019+00:00",
            "2005-04-07 22:13:13 UTC",
            "2005-04-08T00:13:13+0200",
            "2005.04.07T22:13:13-00",
            "Thu Apr 7 15:13:13 2005 -0700",
            "2005-04-07T22:13:13",
        ] {
            assert_eq!(parse(text, 0).map(|it| it.seconds), Some(1_112_911_993), "{text}");
        }
        assert_eq!(parse("@0", 90), Some(Moment { seconds: 0, offset: 90 }));
        assert_eq!(parse("2024-02-29 12:00 -0330", 0).unwrap().to_string(), "1709220600 -0330");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "tomorrow",
            "2005-04-07",
            "22:13",
            "@",
            "@-1",
            "@1 +2500",
            "12345",
            "2005-13-01 00:00",
            "2005-04-07 24:00",
            "2005-04-07 10:00 10:00",
            "1960-01-01 00:00 Z",
            "@1 junk",
            "äöü",
        ] {
            assert_eq!(parse(text, 0), None, "{text}");
        }
    }
}
