//! Paths from one folder to another, by their names alone.

use std::path::{Component, Path, PathBuf};

/// A whole path without `.` and `..`.
pub(in crate::cli) fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(normal.pop()),
            part @ (Component::Prefix(_) | Component::RootDir | Component::Normal(_)) => {
                normal.push(part);
            }
        }
    }
    normal
}

/// The way from the folder `from` to `to`, both whole paths without `..`.
pub(in crate::cli) fn relative(from: &Path, to: &Path) -> PathBuf {
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    let way: PathBuf = up.chain(to.components().skip(shared)).collect();
    if way.as_os_str().is_empty() { PathBuf::from(".") } else { way }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_goes_up_to_what_both_share_and_down_again() {
        let way = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(way("/a/orders", "/a/catalog"), Path::new("../catalog"));
        assert_eq!(way("/a/b/c", "/a"), Path::new("../.."));
        assert_eq!(way("/a", "/a/b"), Path::new("b"));
        assert_eq!(way("/a", "/a"), Path::new("."));
    }

    #[test]
    fn dots_are_taken_out() {
        assert_eq!(normal(Path::new("/a/./b/../c")), Path::new("/a/c"));
        assert_eq!(normal(Path::new("/../a")), Path::new("/a"));
    }
}
