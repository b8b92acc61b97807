//! The door to other repositories, by the user's own `git`: their credentials, ssh configuration and
//! proxies just work.
//!
//! **Invariant:** only a [`RemoteUrl`] reaches `git`, with fixed arguments behind it; no hook runs, and
//! no variable of the environment points `git` at another repository.

mod push;
mod url;

pub use push::{Push, PushError, push};
pub use url::{Protocol, RemoteUrl, UrlError, check_url};
