//! RTP packets (RFC 3550 section 5.1).

/// Bytes of a header without contributing sources.
pub const HEADER_LEN: usize = 12;

/// The fixed header. Extensions and contributing sources are read over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub payload_type: u8,
    pub marker: bool,
    pub sequence: u16,
    pub timestamp: u32,
    pub ssrc: u32,
}

/// A parsed packet; the payload is without padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    pub header: Header,
    pub payload: &'a [u8],
}

/// Why a datagram is no RTP packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    Short,
    Version,
    Padding,
}

impl<'a> Packet<'a> {
    /// Read a datagram. Any bytes give a packet or a reason.
    pub fn parse(datagram: &'a [u8]) -> Result<Packet<'a>, Malformed> {
        let head = datagram.first_chunk::<HEADER_LEN>().ok_or(Malformed::Short)?;
        if head[0] >> 6 != 2 {
            return Err(Malformed::Version);
        }
        let sources = usize::from(head[0] & 0x0F) * 4;
        let mut rest = datagram.get(HEADER_LEN + sources..).ok_or(Malformed::Short)?;
        if head[0] & 0x10 != 0 {
            rest = without_extension(rest)?;
        }
        if head[0] & 0x20 != 0 {
            rest = without_padding(rest)?;
        }
        let header = Header {
            payload_type: head[1] & 0x7F,
            marker: head[1] & 0x80 != 0,
            sequence: u16::from_be_bytes([head[2], head[3]]),
            timestamp: u32::from_be_bytes([head[4], head[5], head[6], head[7]]),
            ssrc: u32::from_be_bytes([head[8], head[9], head[10], head[11]]),
        };
        Ok(Packet { header, payload: rest })
    }
}

impl Header {
    /// Write the packet into `out`, replacing what it held.
    pub fn write(&self, payload: &[u8], out: &mut Vec<u8>) {
        out.clear();
        out.push(0x80);
        out.push(u8::from(self.marker) << 7 | self.payload_type & 0x7F);
        out.extend_from_slice(&self.sequence.to_be_bytes());
        out.extend_from_slice(&self.timestamp.to_be_bytes());
        out.extend_from_slice(&self.ssrc.to_be_bytes());
        out.extend_from_slice(payload);
    }
}

fn without_extension(rest: &[u8]) -> Result<&[u8], Malformed> {
    let head = rest.first_chunk::<4>().ok_or(Malformed::Short)?;
    let words = usize::from(u16::from_be_bytes([head[2], head[3]]));
    rest.get(4 + words * 4..).ok_or(Malformed::Short)
}

fn without_padding(rest: &[u8]) -> Result<&[u8], Malformed> {
    let padding = usize::from(*rest.last().ok_or(Malformed::Padding)?);
    match rest.len().checked_sub(padding) {
        Some(length) if padding > 0 => Ok(&rest[..length]),
        _ => Err(Malformed::Padding),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn extension_sources_and_padding_are_read_over() {
        let mut datagram = vec![0xB1, 0x00, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3];
        datagram.extend([9; 4]); // one contributing source
        datagram.extend([0xBE, 0xDE, 0, 1, 1, 2, 3, 4]); // one word of extension
        datagram.extend([7, 7, 0, 2]); // payload and two bytes of padding
        assert_eq!(Packet::parse(&datagram).unwrap().payload, [7, 7]);
        *datagram.last_mut().unwrap() = 99;
        assert_eq!(Packet::parse(&datagram), Err(Malformed::Padding));
    }

    proptest! {
        #[test]
        fn any_bytes_give_a_packet_or_a_reason(bytes in prop::collection::vec(any::<u8>(), 0..96)) {
            let _ = Packet::parse(&bytes);
        }

        #[test]
        fn what_is_written_is_read_again(
            payload_type in 0u8..128, marker: bool, sequence: u16, timestamp: u32, ssrc: u32,
            payload in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let header = Header { payload_type, marker, sequence, timestamp, ssrc };
            let mut datagram = vec![];
            header.write(&payload, &mut datagram);
            prop_assert_eq!(Packet::parse(&datagram), Ok(Packet { header, payload: &payload }));
        }
    }
}
