//! The face: what people read and are asked, and what programs are given.
//!
//! [`Screen`] writes, [`human`] makes what people read, [`json_v1`] what programs read, [`sarif`],
//! [`junit`] and [`annotations`] what CI systems read, [`prompt`] asks, [`progress`] shows how far a
//! long run is.
//!
//! **Invariant:** nothing else of the program touches the terminal, and no text from outside (a
//! manifest, a path, an answer, a foreign message) is shown before [`clean`] went over it.

pub mod annotations;
mod clean;
pub mod human;
pub mod json_v1;
pub mod junit;
pub mod progress;
pub mod prompt;
pub mod sarif;
mod screen;

pub use clean::{clean, clean_line};
pub use screen::{Charset, Color, Look, Screen, ScreenError};
