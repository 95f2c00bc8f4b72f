//! The blocks of a recording's spool file.
//!
//! Little endian: magic `SGSP`, version 1 (u8), track (u8), source (u16), position in samples
//! since the recording began (u64), length (u32), CRC-32 of the 20 bytes before it and of the
//! payload (u32), then `length` bytes of mu-law. A block of track 255 without payload marks the
//! end of the timeline. What does not check is skipped by the reader, a torn tail included.

pub const MAGIC: [u8; 4] = *b"SGSP";
pub const VERSION: u8 = 1;
pub const HEADER_LEN: usize = 24;
/// The track of the block that ends the timeline.
pub const END_TRACK: u8 = 255;

/// What a block holds. Blocks of one source replace each other where they overlap; blocks of
/// different sources are mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockHead {
    pub track: u8,
    pub source: u16,
    pub position: u64,
}

/// A block as it stands in the file.
pub fn encode(head: BlockHead, payload: &[u8]) -> Vec<u8> {
    let mut block = Vec::with_capacity(HEADER_LEN + payload.len());
    block.extend_from_slice(&MAGIC);
    block.push(VERSION);
    block.push(head.track);
    block.extend_from_slice(&head.source.to_le_bytes());
    block.extend_from_slice(&head.position.to_le_bytes());
    block.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    let sum = crc32(crc32(0, &block), payload);
    block.extend_from_slice(&sum.to_le_bytes());
    block.extend_from_slice(payload);
    block
}

/// Read the block at the start of `bytes`: its head, its payload and what follows it.
pub fn decode(bytes: &[u8]) -> Option<(BlockHead, &[u8], &[u8])> {
    let head = bytes.first_chunk::<HEADER_LEN>()?;
    if head[..4] != MAGIC || head[4] != VERSION {
        return None;
    }
    let length = u32::from_le_bytes([head[16], head[17], head[18], head[19]]) as usize;
    let sum = u32::from_le_bytes([head[20], head[21], head[22], head[23]]);
    let payload = bytes[HEADER_LEN..].get(..length)?;
    if crc32(crc32(0, &head[..20]), payload) != sum {
        return None;
    }
    let mut position = [0; 8];
    position.copy_from_slice(&head[8..16]);
    let head = BlockHead {
        track: head[5],
        source: u16::from_le_bytes([head[6], head[7]]),
        position: u64::from_le_bytes(position),
    };
    Some((head, payload, &bytes[HEADER_LEN + length..]))
}

static CRC_TABLE: [u32; 256] = crc_table();

const fn crc_table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let mut value = i as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 != 0 { 0xEDB8_8320 ^ (value >> 1) } else { value >> 1 };
            bit += 1;
        }
        table[i] = value;
        i += 1;
    }
    table
}

/// CRC-32 as in zlib (ISO 3309), going on from `sum`.
pub fn crc32(sum: u32, bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!sum, |c, &b| CRC_TABLE[((c ^ u32::from(b)) & 0xFF) as usize] ^ (c >> 8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_sum_is_that_of_zlib() {
        assert_eq!(crc32(0, b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32(crc32(0, b"1234"), b"56789"), 0xCBF4_3926);
    }

    proptest! {
        #[test]
        fn a_block_is_read_as_written(
            track: u8, source: u16, position: u64, payload in prop::collection::vec(any::<u8>(), 0..400)
        ) {
            let head = BlockHead { track, source, position };
            let block = encode(head, &payload);
            prop_assert_eq!(decode(&block), Some((head, &payload[..], &[][..])));
        }

        #[test]
        fn a_changed_or_torn_block_is_noticed(
            payload in prop::collection::vec(any::<u8>(), 1..60), at: prop::sample::Index, flip in 1u8..=255
        ) {
            let whole = encode(BlockHead { track: 0, source: 0, position: 7 }, &payload);
            let mut changed = whole.clone();
            changed[at.index(whole.len())] ^= flip;
            prop_assert_eq!(decode(&changed), None);
            prop_assert_eq!(decode(&whole[..at.index(whole.len())]), None);
        }
    }
}
