//! What stands around a service: its work tree, its history, its catalog, the user's settings.

mod catalog;
mod history;
mod kinds;
mod place;
mod settings;
mod work;
