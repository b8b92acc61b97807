//! `flagstone upgrade`: what becomes of a service, story by story.

mod answers;
mod apply;
mod conflicts;
mod content;
mod hostile;
mod laws;
mod manifest;
mod moves;
mod owners;
mod python;
mod story;
mod surroundings;
mod versions;
mod words;
