//! Days and times in UTC, reckoned by hand: time zones would cost five megabytes.

use regorus::Value;

use super::{text, whole};

/// How many make a second.
pub(super) const NANOSECONDS: i64 = 1_000_000_000;

const DAY: i64 = 86_400;

const WEEKDAYS: [&str; 7] =
    ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];

pub(super) fn date(values: &[Value], _: i64) -> Result<Value, String> {
    let (year, month, day) = civil(seconds(values)?.div_euclid(DAY));
    Ok(list([year, month, day]))
}

pub(super) fn clock(values: &[Value], _: i64) -> Result<Value, String> {
    let second = seconds(values)?.rem_euclid(DAY);
    Ok(list([second / 3600, second / 60 % 60, second % 60]))
}

pub(super) fn weekday(values: &[Value], _: i64) -> Result<Value, String> {
    let day = usize::try_from(seconds(values)?.div_euclid(DAY).rem_euclid(7)).unwrap_or_default();
    Ok(WEEKDAYS.get(day).map_or(Value::Undefined, |it| Value::from(*it)))
}

pub(super) fn add_date(values: &[Value], _: i64) -> Result<Value, String> {
    let moment = nanoseconds(values)?;
    let (years, months, days) = (whole(values, 1)?, whole(values, 2)?, whole(values, 3)?);
    if [years, months, days].iter().any(|it| it.abs() > 1_000_000) {
        return Err("the date is too far away".to_owned());
    }
    let in_day = moment.rem_euclid(DAY * NANOSECONDS);
    let (year, month, day) = civil(moment.div_euclid(DAY * NANOSECONDS));
    let months = month - 1 + months;
    let (year, month) = (year + years + months.div_euclid(12), months.rem_euclid(12) + 1);
    let moved = days_from(year, month, 1) + day - 1 + days;
    let moment = moved.checked_mul(DAY * NANOSECONDS).and_then(|it| it.checked_add(in_day));
    moment.map(Value::from).ok_or_else(|| "the date is too far away".to_owned())
}

pub(super) fn parse_rfc3339(values: &[Value], _: i64) -> Result<Value, String> {
    let text = text(values, 0)?;
    let moment = rfc3339(&text).ok_or_else(|| format!("`{text}` is no time of RFC 3339"))?;
    Ok(Value::from(moment))
}

pub(super) fn parse_duration(values: &[Value], _: i64) -> Result<Value, String> {
    let text = text(values, 0)?;
    duration(&text).map(Value::from).ok_or_else(|| format!("`{text}` is no duration"))
}

fn list(numbers: [i64; 3]) -> Value {
    Value::from(numbers.map(Value::from).to_vec())
}

fn seconds(values: &[Value]) -> Result<i64, String> {
    Ok(nanoseconds(values)?.div_euclid(NANOSECONDS))
}

/// A moment: nanoseconds, or a list of them and a time zone, of which we know one.
fn nanoseconds(values: &[Value]) -> Result<i64, String> {
    let Some(Value::Array(pair)) = values.first() else { return whole(values, 0) };
    let pair: Vec<_> = pair.iter().cloned().collect();
    match text(&pair, 1)?.as_str() {
        "" | "UTC" => whole(&pair, 0),
        other => Err(format!("the time zone `{other}` is not supported: only UTC is")),
    }
}

/// Year, month and day of the day so many days after 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    // Years begin in March, so that the odd day comes last; eras have 400 years.
    let days = days + 719_468;
    let in_era = days.rem_euclid(146_097);
    let year = (in_era - in_era / 1_460 + in_era / 36_524 - in_era / 146_096) / 365;
    let in_year = in_era - (365 * year + year / 4 - year / 100);
    let month = (5 * in_year + 2) / 153;
    let day = in_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + days.div_euclid(146_097) * 400 + i64::from(month <= 2), month, day)
}

/// How many days after 1970-01-01 a day is.
fn days_from(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let in_era = year.rem_euclid(400);
    let month = if month > 2 { month - 3 } else { month + 9 };
    let in_year = (153 * month + 2) / 5 + day - 1;
    year.div_euclid(400) * 146_097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719_468
}

/// `2026-02-28T23:59:59.5+02:00` in nanoseconds since 1970.
fn rfc3339(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to)?;
        digits.bytes().all(|it| it.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let sign = |at: usize, wanted: &str| (text.get(at..=at)? == wanted).then_some(());
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")]
        .into_iter()
        .try_for_each(|(at, it)| sign(at, it))?;
    let mut rest = text.get(19..)?;
    let mut nanoseconds = 0;
    if let Some(fraction) = rest.strip_prefix('.') {
        let end = fraction.find(|it: char| !it.is_ascii_digit())?;
        let digits = fraction.get(..end.min(9)).filter(|it| !it.is_empty())?;
        nanoseconds = format!("{digits:0<9}").parse().ok()?;
        rest = fraction.get(end..)?;
    }
    let offset = match rest.split_at_checked(1)? {
        ("Z", "") => 0,
        (sign @ ("+" | "-"), zone) => {
            let (hours, minutes) = zone.split_once(':').filter(|_| zone.len() == 5)?;
            let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
            let is_zone = (0..24).contains(&hours) && (0..60).contains(&minutes);
            let offset = is_zone.then_some(hours * 3600 + minutes * 60)?;
            if sign == "-" { -offset } else { offset }
        }
        _ => return None,
    };
    let day_number = days_from(year, month, day);
    let is_day = (1..=12).contains(&month) && civil(day_number) == (year, month, day);
    (is_day && hour < 24 && minute < 60 && second < 60).then_some(())?;
    let seconds = day_number * DAY + hour * 3600 + minute * 60 + second - offset;
    seconds.checked_mul(NANOSECONDS)?.checked_add(nanoseconds)
}

/// `1h15m30.5s` in nanoseconds, as Go has it; a day is 24 hours.
fn duration(text: &str) -> Option<i64> {
    const UNITS: [(&str, i64); 8] = [
        ("ns", 1),
        ("us", 1_000),
        ("µs", 1_000),
        ("ms", 1_000_000),
        ("s", NANOSECONDS),
        ("m", 60 * NANOSECONDS),
        ("h", 3_600 * NANOSECONDS),
        ("d", DAY * NANOSECONDS),
    ];
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut sum: i64 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|it: char| !it.is_ascii_digit() && it != '.')?;
        let (number, behind) = rest.split_at_checked(end)?;
        let unit_end =
            behind.find(|it: char| it.is_ascii_digit() || it == '.').unwrap_or(behind.len());
        let (unit, behind) = behind.split_at_checked(unit_end)?;
        let (_, size) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let whole: i64 =
            if whole.is_empty() && !fraction.is_empty() { 0 } else { whole.parse().ok()? };
        sum = sum.checked_add(whole.checked_mul(size)?)?;
        let mut carried = 0_i128;
        let mut scale = 1_i128;
        for digit in fraction.chars().take(18) {
            carried = carried * 10 + i128::from(digit.to_digit(10)?);
            scale *= 10;
        }
        sum = sum.checked_add(i64::try_from(carried * i128::from(size) / scale).ok()?)?;
        rest = behind;
    }
    Some(sign * sum)
}
