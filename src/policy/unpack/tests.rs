//! Archives that are read, and those that would harm whoever unpacks them.

use flate2::{Compression, write::GzEncoder};
use tar::{Builder, Header};

use super::*;

/// What comes of an archive that is made so.
fn read(make: impl FnOnce(&mut Builder<GzEncoder<Vec<u8>>>)) -> Result<Vec<String>, String> {
    let packed = GzEncoder::new(Vec::new(), Compression::fast());
    let mut builder = Builder::new(packed);
    make(&mut builder);
    let packed = builder.into_inner().unwrap().finish().unwrap();
    match unpacked(&packed) {
        Ok(files) => Ok(files.into_keys().collect()),
        Err(error) => Err(error.to_string()),
    }
}

/// An entry with any name, also one that the builder itself would refuse.
fn add(builder: &mut Builder<GzEncoder<Vec<u8>>>, name: &str, kind: EntryType, bytes: &[u8]) {
    let mut header = Header::new_gnu();
    header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    if kind == EntryType::Symlink || kind == EntryType::Link {
        header.set_link_name("/etc/passwd").unwrap();
    }
    header.set_size(bytes.len().try_into().unwrap());
    header.set_mode(0o644);
    header.set_cksum();
    builder.append(&header, bytes).unwrap();
}

#[test]
fn plain_files_are_read_by_their_paths() {
    let found = read(|it| {
        add(it, "/.manifest", EntryType::Regular, b"{}");
        add(it, "./a/", EntryType::Directory, b"");
        add(it, "./a/b.rego", EntryType::Regular, b"package a");
    });
    assert_eq!(found.unwrap(), [".manifest", "a/b.rego"]);
}

#[test]
fn what_is_no_plain_file_inside_of_the_archive_is_refused() {
    let of = |name: &str, kind| read(|it| add(it, name, kind, b"")).unwrap_err();
    for kind in [EntryType::Symlink, EntryType::Link, EntryType::Char, EntryType::Fifo] {
        assert_eq!(of("a.rego", kind), "it holds `a.rego`, which is no plain file");
    }
    for name in ["../a.rego", "a/../../b.rego", ".git/config", "a\\..\\b", "a\nb"] {
        let told = of(name, EntryType::Regular);
        assert!(told.starts_with(&format!("it holds `{name}`: ")), "{told}");
    }
    let twice = read(|it| {
        add(it, "a.rego", EntryType::Regular, b"1");
        add(it, "/a.rego", EntryType::Regular, b"2");
    });
    assert_eq!(twice.unwrap_err(), "it holds `/a.rego` twice");
}

#[test]
fn a_bomb_is_refused() {
    let zeros = vec![0; 8 << 20];
    let large = read(|it| {
        for number in 0..9 {
            add(it, &format!("{number}.json"), EntryType::Regular, &zeros);
        }
    });
    assert!(large.is_err(), "{large:?}");
    let many = read(|it| {
        for number in 0..=MAX_FILES {
            add(it, &format!("{number}"), EntryType::Regular, b"");
        }
    });
    assert_eq!(many.unwrap_err(), "it holds more than 10000 files");
    // What is cut off, and what is no archive.
    assert!(unpacked(b"\x1f\x8b\x08\x00nothing").is_err());
}
