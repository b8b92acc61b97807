//! What no policy could be shown, as findings: a denial where a reader of the file's kind would take it,
//! else a warning.

use super::files::Astray;
use crate::{
    guard::Finding,
    policy::Role,
    syntax::{Doubt, Doubtful, Kind},
};

/// A file whose name no repository of ours can have: rules over plans are not shown it.
pub(super) fn unnamed(name: &str) -> Finding {
    let message =
        "rules over plans were not shown this file: not every system can have a file of this name";
    Finding::unread(name, None, message.to_owned(), role(decides(name)))
}

/// A link that leads to no file. What it leads to outside of the service, its reader may find.
pub(super) fn astray(path: &str, astray: Astray) -> Finding {
    let (because, is_read) = match astray {
        Astray::Outside => ("it is a link that leads out of the service", is_strict(path)),
        Astray::Nowhere => ("it is a link that leads to no file here", decides(path)),
    };
    unjudged(path, None, because, role(is_read))
}

/// A file that is too large to be judged.
pub(super) fn large(path: &str, text: &str) -> Finding {
    let is_generated = matches!(Kind::of(path), Some(Kind::Yaml(_) | Kind::Json | Kind::Jsonc));
    let is_read = decides(path) || !is_generated || may_be_manifest(text);
    unjudged(path, None, "it is larger than 1 MiB", role(is_read))
}

/// A file that git keeps in another encoding, and that was edited since: what it will keep can't be said.
pub fn recoded(path: &str) -> Finding {
    let because =
        "git stores it in another encoding (`working-tree-encoding`), and it was edited since";
    let remediation = Some("Run `git add`, or take the attribute away.".to_owned());
    let is_read = decides(path) || Kind::of(path).is_some();
    Finding { remediation, ..unjudged(path, None, because, role(is_read)) }
}

/// A file with bytes that are no text, which policies saw with other signs in their place.
pub(super) fn replaced(path: &str) -> Finding {
    let message =
        "policies may have read this file otherwise than others do: it has bytes that are no text";
    Finding::unread(path, None, message.to_owned(), role(decides(path)))
}

/// What is doubtful in a file.
pub(super) fn doubt(path: &str, text: &str, doubt: &Doubt) -> Finding {
    let line = doubt.mistake.place.as_ref().map(|it| it.position().line);
    let because = &doubt.mistake.message;
    match doubt.kind {
        Doubtful::Broken => {
            let is_read = decides(path) || is_manifest(text) && !is_template(text);
            unjudged(path, line, because, role(is_read))
        }
        Doubtful::Twice => told(path, line, because, role(decides(path))),
        Doubtful::Collapsed => told(path, line, because, Role::Deny),
    }
}

fn unjudged(path: &str, line: Option<usize>, because: &str, role: Role) -> Finding {
    Finding::unread(path, line, format!("no policy has judged this file: {because}"), role)
}

fn told(path: &str, line: Option<usize>, because: &str, role: Role) -> Finding {
    let message = format!("policies may have read this file otherwise than others do: {because}");
    Finding::unread(path, line, message, role)
}

const fn role(is_read: bool) -> Role {
    if is_read { Role::Deny } else { Role::Warn }
}

/// Whether a file decides over others, so that nothing but configuration can stand in it.
fn decides(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    path.starts_with(".github/workflows/")
        || path == ".gitlab-ci.yml"
        || ["action.yml", "action.yaml"].contains(&name)
        || Kind::of(path) == Some(Kind::Dockerfile)
}

/// Whether nobody has links of this kind that lead out of a service, as links to shared settings of
/// programs do.
fn is_strict(path: &str) -> bool {
    decides(path) || matches!(Kind::of(path), Some(Kind::Yaml(_) | Kind::Hcl))
}

/// Whether a text says of itself that it is an object of Kubernetes.
fn is_manifest(text: &str) -> bool {
    text.contains("apiVersion") && text.contains("kind")
}

/// The same of a text that nobody has read: its words may be written in other ways.
fn may_be_manifest(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_spelt = |at: usize| {
        let digits = match bytes.get(at + 1..) {
            Some([b'x', high, ..]) => Some(*high),
            Some([b'u', b'0', b'0', high, ..]) => Some(*high),
            Some([b'U', b'0', b'0', b'0', b'0', b'0', b'0', high, ..]) => Some(*high),
            _ => None,
        };
        digits.is_some_and(|it| (b'4'..=b'7').contains(&it))
    };
    is_manifest(text)
        || text.contains("!!binary")
        || text.contains("tag:yaml.org")
        || text.match_indices('\\').any(|(at, _)| is_spelt(at))
}

/// Whether a text has the marks of a template in it, outside of comments.
fn is_template(text: &str) -> bool {
    let said = |line: &str| {
        let said = line.split(" #").next().unwrap_or_default();
        let is_comment = said.trim_start().starts_with('#');
        !is_comment && ["{{", "{%", "<%"].iter().any(|it| said.contains(it))
    };
    text.lines().any(said)
}
