//! Functions whose answer can be far larger than what they are given.

use regorus::Value;

use super::{original, text, whole};

/// The longest text that a function makes, in bytes.
pub(super) const MAX_TEXT: usize = 4 << 20;

/// The longest list that a function makes.
const MAX_ITEMS: u64 = 100_000;

pub(super) fn concat(values: &[Value], _: i64) -> Result<Value, String> {
    let between = text(values, 0)?.len();
    let length = |it: &Value| it.as_string().map_or(0, |it| it.len()) + between;
    let lengths: usize = match values.get(1) {
        Some(Value::Array(items)) => items.iter().map(length).sum(),
        Some(Value::Set(items)) => items.iter().map(length).sum(),
        Some(_) | None => 0,
    };
    fits(lengths)?;
    original("concat", values)
}

pub(super) fn replace(values: &[Value], _: i64) -> Result<Value, String> {
    let (whole, old, new) = (text(values, 0)?, text(values, 1)?, text(values, 2)?);
    // Between all letters where nothing is replaced.
    let times = match old.as_str() {
        "" => whole.chars().count() + 1,
        old => whole.matches(old).count(),
    };
    fits(whole.len().saturating_add(times.saturating_mul(new.len())))?;
    original("replace", values)
}

/// All at once: at each place the first key that stands there is replaced.
pub(super) fn replace_n(values: &[Value], _: i64) -> Result<Value, String> {
    let Some(Value::Object(pairs)) = values.first() else {
        return Err("argument 1 must be an object".to_owned());
    };
    let pair = |(old, new): (&Value, &Value)| {
        let (old, new) = (old.as_string().ok()?, new.as_string().ok()?);
        (!old.is_empty()).then(|| (old.to_string(), new.to_string()))
    };
    let pairs: Option<Vec<_>> = pairs.iter_sorted().map(pair).collect();
    let pairs = pairs.ok_or("argument 1 must have texts that are not empty")?;
    let whole = text(values, 1)?;
    let (mut rest, mut done) = (whole.as_str(), String::new());
    while let Some(letter) = rest.chars().next() {
        fits(done.len())?;
        let found =
            pairs.iter().find_map(|(old, new)| Some((new, rest.strip_prefix(old.as_str())?)));
        match found {
            Some((new, behind)) => {
                done += new;
                rest = behind;
            }
            None => {
                done.push(letter);
                rest = rest.get(letter.len_utf8()..).unwrap_or_default();
            }
        }
    }
    fits(done.len())?;
    Ok(Value::from(done))
}

pub(super) fn range(values: &[Value], _: i64) -> Result<Value, String> {
    let (from, to) = (whole(values, 0)?, whole(values, 1)?);
    fits_items(from.abs_diff(to))?;
    original("numbers.range", values)
}

pub(super) fn range_step(values: &[Value], _: i64) -> Result<Value, String> {
    let (from, to, step) = (whole(values, 0)?, whole(values, 1)?, whole(values, 2)?);
    fits_items(from.abs_diff(to) / step.unsigned_abs().max(1))?;
    original("numbers.range_step", values)
}

pub(super) fn expand(values: &[Value], _: i64) -> Result<Value, String> {
    let network = text(values, 0)?;
    let bits = network.rsplit_once('/').and_then(|(_, it)| it.parse::<u32>().ok());
    let all = if network.contains(':') { 128 } else { 32 };
    let free = bits.map_or(0, |it| u32::saturating_sub(all, it));
    fits_items(1_u64.checked_shl(free).unwrap_or(u64::MAX))?;
    original("net.cidr_expand", values)
}

/// Whether a text may be that long.
pub(super) fn fits(length: usize) -> Result<(), String> {
    let told = || format!("the text would be longer than {} MiB", MAX_TEXT >> 20);
    if length > MAX_TEXT { Err(told()) } else { Ok(()) }
}

fn fits_items(items: u64) -> Result<(), String> {
    let told = || format!("the list would be longer than {MAX_ITEMS} items");
    if items > MAX_ITEMS { Err(told()) } else { Ok(()) }
}
