//! Packs `golden-paths/` into one archive that the binary embeds, with modes and links kept.
#![expect(clippy::disallowed_methods, reason = "a build script is a door")]

use std::{
    env,
    error::Error,
    fs::{self, File},
    io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use tar::{Builder, EntryType, Header};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=golden-paths");
    let archive = PathBuf::from(env::var("OUT_DIR")?).join("golden-paths.tar");
    let mut builder = Builder::new(File::create(archive)?);
    // Cases are for those who write golden paths, not for those who use them.
    let is_case =
        |path: &PathBuf| path.components().nth(3).is_some_and(|it| it.as_os_str() == "cases");
    for path in files(Path::new("golden-paths"))?.into_iter().filter(|path| !is_case(path)) {
        append(&mut builder, &path)?;
    }
    builder.finish()?;
    Ok(())
}

/// Every file and link below `folder`, in the order of the names, so that builds are repeatable.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        match path.symlink_metadata()?.is_dir() {
            true => found.extend(files(&path)?),
            false => found.push(path),
        }
    }
    Ok(found)
}

fn append(builder: &mut Builder<File>, path: &Path) -> Result<(), Box<dyn Error>> {
    let metadata = path.symlink_metadata()?;
    let name = path.strip_prefix("golden-paths")?;
    let mut header = Header::new_gnu();
    header.set_mtime(0);
    if metadata.is_symlink() {
        header.set_entry_type(EntryType::Symlink);
        header.set_size(0);
        return Ok(builder.append_link(&mut header, name, fs::read_link(path)?)?);
    }
    header.set_mode(if metadata.permissions().mode() & 0o100 == 0 { 0o644 } else { 0o755 });
    header.set_size(metadata.len());
    Ok(builder.append_data(&mut header, name, File::open(path)?)?)
}
