//! Packs `golden-paths/` into the archive that the binary embeds, with modes and links kept.
#![expect(clippy::disallowed_methods, reason = "a build script is a door")]

use std::{
    env,
    error::Error,
    fs::{self, File},
    io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::ZlibEncoder};
use tar::{Builder, EntryType, Header};

/// The file that makes a folder a version of a golden path.
const MANIFEST: &str = "golden-path.yaml";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=golden-paths");
    let archive = PathBuf::from(env::var("OUT_DIR")?).join("golden-paths.tar");
    let mut shelf = Builder::new(File::create(archive)?);
    pack(Path::new("golden-paths"), &mut shelf)?;
    shelf.finish()?;
    Ok(())
}

/// What lists and searches read stays as it is: the files at the top, and manifests. A version, and a
/// folder that holds none, becomes an archive of its own, unpacked when it is asked for.
fn pack(folder: &Path, shelf: &mut Builder<File>) -> Result<(), Box<dyn Error>> {
    let root = Path::new("golden-paths");
    for path in sorted(folder)? {
        let manifest = path.join(MANIFEST);
        if !path.symlink_metadata()?.is_dir() {
            append(shelf, &path, root)?;
        } else if manifest.exists() || !has_versions(&path)? {
            if manifest.exists() {
                append(shelf, &manifest, root)?;
            }
            let mut inner = Builder::new(ZlibEncoder::new(Vec::new(), Compression::best()));
            for file in files(&path)? {
                append(&mut inner, &file, &path)?;
            }
            let bytes = inner.into_inner()?.finish()?;
            let name = format!("{}.tar.zlib", path.strip_prefix(root)?.display());
            let mut header = Header::new_gnu();
            header.set_mtime(0);
            header.set_mode(0o644);
            header.set_size(u64::try_from(bytes.len())?);
            shelf.append_data(&mut header, name, bytes.as_slice())?;
        } else {
            pack(&path, shelf)?;
        }
    }
    Ok(())
}

fn has_versions(folder: &Path) -> io::Result<bool> {
    Ok(sorted(folder)?.iter().any(|path| path.join(MANIFEST).exists()))
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

/// Every file and link below `folder`, in the order of the names, so that builds are repeatable.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in sorted(folder)? {
        match path.symlink_metadata()?.is_dir() {
            true => found.extend(files(&path)?),
            false => found.push(path),
        }
    }
    Ok(found)
}

fn append(
    builder: &mut Builder<impl io::Write>,
    path: &Path,
    root: &Path,
) -> Result<(), Box<dyn Error>> {
    let metadata = path.symlink_metadata()?;
    let name = path.strip_prefix(root)?;
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
