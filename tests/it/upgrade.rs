//! `flagstone upgrade`: what becomes of a service, story by story.

mod answers;
mod apply;
mod conflicts;
mod content;
mod hostile;
mod item;
mod laws;
pub(crate) mod manifest;
mod moves;
mod owners;
mod pristine;
mod python;
mod slips;
pub(crate) mod story;
mod surroundings;
mod versions;
mod words;
