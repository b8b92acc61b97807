//! Objects as one packfile and its index, in memory: no deltas, deflated by the fastest level.
//!
//! **Invariant:** the bytes depend on the objects and their order alone, not on the number of threads.

use std::collections::BTreeMap;

use flate2::{Compress, CompressError, Compression, Crc, FlushCompress, Status};
use sha1::{Digest as _, Sha1};

/// The kind of an object, with its number in a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Commit = 1,
    Tree = 2,
    Blob = 3,
}

/// Why no pack can be made.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// Beyond it the index would need 64-bit offsets.
    #[error("the files are more than 2 GiB after compression")]
    TooLarge,
    /// The compressor broke off.
    #[error("failed to compress an object")]
    Compress(#[source] CompressFailure),
}

/// What the compressor says.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct CompressFailure(String);

/// A pack that can be written as it is.
pub(super) struct Pack {
    pub(super) bytes: Vec<u8>,
    pub(super) index: Vec<u8>,
    /// The name that git gives to the two files, without the extension.
    pub(super) name: String,
}

/// Objects in their packed form, one behind the other.
#[derive(Default)]
pub(super) struct Packed {
    bytes: Vec<u8>,
    objects: Vec<([u8; 20], usize, u32)>,
}

/// A compressor that is set up once and used for many objects.
pub(super) struct Packer(Compress);

/// A pack under construction.
pub(super) struct PackBuilder {
    bytes: Vec<u8>,
    objects: BTreeMap<[u8; 20], Place>,
}

#[derive(Clone, Copy)]
struct Place {
    offset: u32,
    crc: u32,
}

/// Offsets of 2 GiB and more need the index's second table.
const LARGEST: usize = 1 << 31;

impl Packer {
    pub(super) fn new() -> Self {
        Self(Compress::new(Compression::fast(), true))
    }

    /// Appends an object to `packed`.
    pub(super) fn pack(
        &mut self,
        kind: Kind,
        id: [u8; 20],
        content: &[u8],
        packed: &mut Packed,
    ) -> Result<(), PackError> {
        let start = packed.bytes.len();
        write_header(kind, content.len(), &mut packed.bytes);
        self.deflate(content, &mut packed.bytes)
            .map_err(|error| PackError::Compress(CompressFailure(error.to_string())))?;
        let mut crc = Crc::new();
        crc.update(packed.bytes.get(start..).unwrap_or_default());
        packed.objects.push((id, packed.bytes.len() - start, crc.sum()));
        Ok(())
    }

    fn deflate(&mut self, content: &[u8], bytes: &mut Vec<u8>) -> Result<(), CompressError> {
        self.0.reset();
        loop {
            let read = usize::try_from(self.0.total_in()).unwrap_or(usize::MAX);
            let rest = content.get(read..).unwrap_or_default();
            // Room for bytes that do not shrink, so that one round is the rule.
            bytes.reserve(rest.len() + rest.len() / 1000 + 64);
            if self.0.compress_vec(rest, bytes, FlushCompress::Finish)? == Status::StreamEnd {
                return Ok(());
            }
        }
    }
}

impl PackBuilder {
    pub(super) fn new() -> Self {
        // The number of objects is filled in at the end.
        Self { bytes: b"PACK\0\0\0\x02\0\0\0\0".to_vec(), objects: BTreeMap::new() }
    }

    /// Takes over objects; one that is there already is left out.
    pub(super) fn append(&mut self, packed: Packed) -> Result<(), PackError> {
        let mut rest = packed.bytes.as_slice();
        for (id, length, crc) in packed.objects {
            let Some((object, behind)) = rest.split_at_checked(length) else { break };
            rest = behind;
            if !self.objects.contains_key(&id) {
                let offset = offset(self.bytes.len(), length)?;
                self.objects.insert(id, Place { offset, crc });
                self.bytes.extend_from_slice(object);
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Pack {
        let count = (self.objects.len() as u32).to_be_bytes();
        if let Some(place) = self.bytes.get_mut(8..12) {
            place.copy_from_slice(&count);
        }
        let checksum: [u8; 20] = Sha1::digest(&self.bytes).into();
        self.bytes.extend_from_slice(&checksum);
        let index = index(&self.objects, checksum);
        let name = checksum.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        Pack { bytes: self.bytes, index, name: format!("pack-{name}") }
    }
}

fn offset(start: usize, length: usize) -> Result<u32, PackError> {
    let end = start.checked_add(length).filter(|end| *end < LARGEST);
    end.and_then(|_| u32::try_from(start).ok()).ok_or(PackError::TooLarge)
}

/// Four bits of the size beside the kind, then seven a byte, the lowest first.
fn write_header(kind: Kind, size: usize, bytes: &mut Vec<u8>) {
    let mut byte = (kind as u8) << 4 | (size & 0x0f) as u8;
    let mut rest = size >> 4;
    while rest > 0 {
        bytes.push(byte | 0x80);
        byte = (rest & 0x7f) as u8;
        rest >>= 7;
    }
    bytes.push(byte);
}

/// Version 2: how many ids begin with at most each byte, the ids, their CRCs, their offsets.
fn index(objects: &BTreeMap<[u8; 20], Place>, checksum: [u8; 20]) -> Vec<u8> {
    let mut bytes = b"\xfftOc\0\0\0\x02".to_vec();
    bytes.reserve(1024 + objects.len() * 28 + 40);
    let mut counts = [0_u32; 256];
    for [first, ..] in objects.keys() {
        if let Some(count) = counts.get_mut(usize::from(*first)) {
            *count += 1;
        }
    }
    let mut total = 0;
    for count in counts {
        total += count;
        bytes.extend(u32::to_be_bytes(total));
    }
    bytes.extend(objects.keys().flatten());
    bytes.extend(objects.values().flat_map(|place| place.crc.to_be_bytes()));
    bytes.extend(objects.values().flat_map(|place| place.offset.to_be_bytes()));
    bytes.extend(checksum);
    let own: [u8; 20] = Sha1::digest(&bytes).into();
    bytes.extend(own);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_in_groups_of_bits() {
        for (size, expected) in [
            (0, vec![0x30]),
            (15, vec![0x3f]),
            (16, vec![0xb0, 0x01]),
            (2047, vec![0xbf, 0x7f]),
            (2048, vec![0xb0, 0x80, 0x01]),
        ] {
            let mut bytes = Vec::new();
            write_header(Kind::Blob, size, &mut bytes);
            assert_eq!(bytes, expected, "{size}");
        }
    }

    #[test]
    fn a_pack_beyond_two_gibibytes_is_refused() {
        assert!(matches!(offset(LARGEST - 10, 9), Ok(2_147_483_638)));
        assert!(matches!(offset(LARGEST - 10, 10), Err(PackError::TooLarge)));
        assert!(matches!(offset(usize::MAX, 1), Err(PackError::TooLarge)));
    }

    #[test]
    fn an_object_enters_once() {
        let mut packed = Packed::default();
        for _ in 0..2 {
            Packer::new().pack(Kind::Blob, [7; 20], b"same", &mut packed).unwrap();
        }
        let mut pack = PackBuilder::new();
        pack.append(packed).unwrap();
        assert_eq!(pack.finish().bytes.get(8..12), Some([0, 0, 0, 1].as_slice()));
    }
}
