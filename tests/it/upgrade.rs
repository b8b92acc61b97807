//! `flagstone upgrade`: what becomes of a service, story by story.

mod apply;
mod content;
mod story;
