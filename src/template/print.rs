//! Prints what templates print, or refuses it: the engine's formatter.

use minijinja::{AutoEscape, Error, Output, State, Value, value::ValueKind};

use super::{engine::MODE, job::Job, refusal::Refusal};

/// Prints one value.
pub(crate) fn print(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    if !matches!(state.auto_escape(), AutoEscape::Custom(mode) if mode == MODE) {
        return Err(Refusal::AutoEscape.into());
    }
    match value.kind() {
        ValueKind::Undefined => Ok(()),
        ValueKind::Bool => write(out, if value.is_true() { "true" } else { "false" }),
        ValueKind::Number => write(out, &value.to_string()),
        ValueKind::String => print_text(out, state, value),
        ValueKind::None => Err(Refusal::NoText("nothing (`none`)").into()),
        ValueKind::Seq | ValueKind::Iterable => Err(Refusal::NoText("a list").into()),
        ValueKind::Map => Err(Refusal::NoText("a map").into()),
        _ => match value.as_object().is_some() && value.is_safe() {
            true => print_text(out, state, value),
            false => Err(Refusal::NoText("no text").into()),
        },
    }
}

fn print_text(out: &mut Output, state: &State, value: &Value) -> Result<(), Error> {
    let text = value.as_str().unwrap_or_default();
    let written = Job::with(state, |job| match job {
        None => Ok(None),
        Some(job) => {
            job.count(text.len())?;
            if let Some(marked) = job.mark(text, value.is_safe()) {
                return Ok(Some(marked?));
            }
            if value.is_safe() {
                return Ok(None);
            }
            job.check(text)?;
            let leaf = job.leaf(text)?;
            Ok::<_, Error>((leaf != text).then_some(leaf))
        }
    })?;
    write(out, written.as_deref().unwrap_or(text))
}

fn write(out: &mut Output, text: &str) -> Result<(), Error> {
    out.write_str(text).map_err(Error::from)
}
