//! `flagstone upgrade`: what becomes of a service, story by story.

mod content;
mod story;
