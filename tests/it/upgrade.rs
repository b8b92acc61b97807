//! `flagstone upgrade`: what becomes of a service, story by story.

mod answers;
mod apply;
mod content;
mod moves;
mod owners;
mod story;
mod surroundings;
