//! `flagstone upgrade`: what becomes of a service, story by story.

mod answers;
mod content;
mod moves;
mod owners;
mod story;
