//! JSON, strictly.

use std::collections::BTreeMap;

use super::{Data, Value};
use crate::{
    diag::Diagnostic,
    text::{Document, Position, Span},
};

/// Parses a JSON text. Its parts have no places of their own yet.
///
/// # Errors
/// What is wrong with the text, at its place.
pub fn parse_json(document: &Document) -> Result<Data, Diagnostic> {
    let value: Value = serde_json::from_str(document.text()).map_err(|error| {
        let at = document.offset(Position { line: error.line(), column: error.column() });
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or(&message);
        Diagnostic::error("json", format!("this is not valid JSON: {message}"))
            .at(document.place(Span { start: at, end: at }))
    })?;
    Ok(Data { document: document.clone(), value, places: BTreeMap::new() })
}
