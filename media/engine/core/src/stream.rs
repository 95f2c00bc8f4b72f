//! The outgoing side of a session: one SSRC, one sequence, one clock, whoever is heard.

use std::time::Duration;

use crate::rtp::Header;
use crate::samples;

/// Relayed packets older than this many behind the newest are dropped.
const MAX_LATE: i16 = -100;

/// What one stream starts from; drawn at random by the caller (RFC 3550 section 5.1).
#[derive(Debug, Clone, Copy)]
pub struct Identity {
    pub ssrc: u32,
    pub sequence: u16,
    pub timestamp: u32,
}

/// Who was heard last.
#[derive(Debug, Clone, Copy)]
enum Voice {
    Nobody,
    Own,
    /// A peer's packets, shifted by these offsets; `base` is the first sequence number of theirs.
    Relay {
        ssrc: u32,
        sequence_offset: u16,
        timestamp_offset: u32,
        base: u16,
    },
}

/// Gives each outgoing packet its header so that a listener sees one continuous source.
#[derive(Debug)]
pub struct Stream {
    identity: Identity,
    voice: Voice,
    sequence: u16,
    timestamp: u32,
    /// Samples of the last packet.
    length: u32,
    /// The moment that `timestamp` stands for.
    stamped_at: Option<Duration>,
    packets: u32,
    octets: u32,
}

impl Stream {
    pub fn new(identity: Identity) -> Self {
        Stream {
            identity,
            voice: Voice::Nobody,
            sequence: identity.sequence,
            timestamp: identity.timestamp,
            length: 0,
            stamped_at: None,
            packets: 0,
            octets: 0,
        }
    }

    pub fn ssrc(&self) -> u32 {
        self.identity.ssrc
    }

    /// Packets and payload octets sent, and when the last one went (for sender reports).
    pub fn sent(&self) -> (u32, u32, Option<Duration>) {
        (self.packets, self.octets, self.stamped_at)
    }

    /// The RTP clock at `now`.
    pub fn clock(&self, now: Duration) -> u32 {
        self.timestamp.wrapping_add(self.elapsed(now))
    }

    /// The next packet begins a new talkspurt, whoever sends it.
    pub fn interrupt(&mut self) {
        self.voice = Voice::Nobody;
    }

    /// A packet of our own: `count` samples of a prompt.
    pub fn own(&mut self, payload_type: u8, count: u32, now: Duration) -> Header {
        let fresh = !matches!(self.voice, Voice::Own);
        self.voice = Voice::Own;
        let timestamp =
            if fresh { self.next_clock(now) } else { self.timestamp.wrapping_add(self.length) };
        self.sequence = self.sequence.wrapping_add(1);
        self.note(timestamp, count, count, now);
        self.header(payload_type, fresh)
    }

    /// A packet of an event: the timestamp stands still, at the event's begin, until it is over.
    pub fn event(&mut self, payload_type: u8, first: bool, duration: u32, now: Duration) -> Header {
        let (timestamp, began) = match self.stamped_at {
            Some(began) if !first => (self.timestamp, began),
            _ => (self.next_clock(now), now),
        };
        self.voice = Voice::Nobody;
        self.sequence = self.sequence.wrapping_add(1);
        self.note(timestamp, duration, 4, began);
        self.header(payload_type, first)
    }

    /// A peer's packet, renumbered. None if it comes too late to be put in.
    pub fn relay(
        &mut self,
        from: &Header,
        payload_type: u8,
        octets: usize,
        now: Duration,
    ) -> Option<Header> {
        let mut marker = from.marker;
        let (sequence_offset, timestamp_offset, base) = match self.voice {
            Voice::Relay { ssrc, sequence_offset, timestamp_offset, base } if ssrc == from.ssrc => {
                (sequence_offset, timestamp_offset, base)
            }
            _ => {
                marker = true;
                let timestamp = self.next_clock(now);
                self.timestamp = timestamp;
                let next = self.sequence.wrapping_add(1);
                (
                    next.wrapping_sub(from.sequence),
                    timestamp.wrapping_sub(from.timestamp),
                    from.sequence,
                )
            }
        };
        let sequence = from.sequence.wrapping_add(sequence_offset);
        let ahead = sequence.wrapping_sub(self.sequence) as i16;
        if (from.sequence.wrapping_sub(base) as i16) < 0 && ahead < 0 || ahead < MAX_LATE {
            return None;
        }
        // `base` follows at a distance, so that half the number space never lies behind it.
        let base = if from.sequence.wrapping_sub(base) > 1000 {
            from.sequence.wrapping_sub(200)
        } else {
            base
        };
        self.voice = Voice::Relay { ssrc: from.ssrc, sequence_offset, timestamp_offset, base };
        let timestamp = from.timestamp.wrapping_add(timestamp_offset);
        let header = Header { payload_type, marker, sequence, timestamp, ssrc: self.identity.ssrc };
        if ahead > 0 {
            self.sequence = sequence;
            self.note(timestamp, octets as u32, octets as u32, now);
        }
        Some(header)
    }

    /// A peer's packet that is not sent must not look like a loss to the listener.
    pub fn skip(&mut self, ssrc_of_peer: u32) {
        if let Voice::Relay { ssrc, sequence_offset, .. } = &mut self.voice {
            if *ssrc == ssrc_of_peer {
                *sequence_offset = sequence_offset.wrapping_sub(1);
            }
        }
    }

    fn note(&mut self, timestamp: u32, length: u32, octets: u32, at: Duration) {
        self.timestamp = timestamp;
        self.length = length;
        self.stamped_at = Some(at);
        self.packets = self.packets.wrapping_add(1);
        self.octets = self.octets.wrapping_add(octets);
    }

    fn header(&self, payload_type: u8, marker: bool) -> Header {
        Header {
            payload_type,
            marker,
            sequence: self.sequence,
            timestamp: self.timestamp,
            ssrc: self.identity.ssrc,
        }
    }

    fn elapsed(&self, now: Duration) -> u32 {
        self.stamped_at.map_or(0, |at| samples(now.saturating_sub(at)) as u32)
    }

    fn next_clock(&self, now: Duration) -> u32 {
        self.timestamp.wrapping_add(self.length.max(self.elapsed(now)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn stream() -> Stream {
        Stream::new(Identity { ssrc: 9, sequence: 65_534, timestamp: 1000 })
    }

    fn theirs(sequence: u16, timestamp: u32) -> Header {
        Header { payload_type: 0, marker: false, sequence, timestamp, ssrc: 5 }
    }

    #[test]
    fn prompt_then_peer_then_prompt_is_one_continuous_source() {
        let mut stream = stream();
        let sent = [
            stream.own(0, 160, at(0)),
            stream.own(0, 160, at(20)),
            stream.relay(&theirs(700, 90_000), 0, 160, at(45)).unwrap(),
            stream.relay(&theirs(701, 90_160), 0, 160, at(60)).unwrap(),
            stream.own(0, 160, at(80)),
        ];
        let sequences: Vec<_> = sent.iter().map(|h| h.sequence).collect();
        assert_eq!(sequences, [65_535, 0, 1, 2, 3]);
        let clocks: Vec<_> = sent.iter().map(|h| h.timestamp - 1000).collect();
        assert_eq!(clocks, [0, 160, 360, 520, 680]);
        let markers: Vec<_> = sent.iter().map(|h| h.marker).collect();
        assert_eq!(markers, [true, false, true, false, true]);
    }

    #[test]
    fn a_loss_of_theirs_stays_a_loss_and_late_ones_find_their_place() {
        let mut stream = stream();
        let numbers: Vec<_> = [10, 11, 14, 13, 15]
            .iter()
            .map(|&n| stream.relay(&theirs(n, 0), 0, 160, at(0)).unwrap().sequence)
            .collect();
        assert_eq!(numbers, [65_535, 0, 3, 2, 4]);
        assert_eq!(stream.relay(&theirs(9, 0), 0, 160, at(0)), None, "from before we listened");
    }

    #[test]
    fn what_is_left_out_is_no_loss() {
        let mut stream = stream();
        stream.relay(&theirs(10, 0), 0, 160, at(0));
        stream.skip(5);
        assert_eq!(stream.relay(&theirs(12, 320), 0, 160, at(40)).unwrap().sequence, 0);
    }

    #[test]
    fn an_event_keeps_its_timestamp_and_audio_goes_on_after_it() {
        let mut stream = stream();
        stream.own(0, 160, at(0));
        let first = stream.event(101, true, 160, at(20));
        let last = stream.event(101, false, 800, at(100));
        let after = stream.own(0, 160, at(120));
        assert_eq!((first.timestamp, last.timestamp, after.timestamp), (1160, 1160, 1960));
        assert!(first.marker && !last.marker && after.marker);
        let next = stream.event(101, true, 160, at(280));
        assert_eq!(next.timestamp - first.timestamp, 260 * 8, "the clock counted on meanwhile");
    }

    proptest! {
        #[test]
        fn no_sequence_number_is_used_twice_across_switches(
            runs in prop::collection::vec((any::<u16>(), 1u16..20, any::<bool>()), 1..12)
        ) {
            let mut stream = stream();
            let (mut seen, mut ms) = (std::collections::HashSet::new(), 0);
            for (start, length, own) in runs {
                stream.interrupt();
                for n in 0..length {
                    ms += 20;
                    let header = match own {
                        true => stream.own(0, 160, at(ms)),
                        false => stream.relay(&theirs(start.wrapping_add(n), 0), 0, 160, at(ms)).unwrap(),
                    };
                    prop_assert!(seen.insert(header.sequence));
                }
            }
        }
    }
}
