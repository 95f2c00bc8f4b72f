//! One source of a recording: its clock against the timeline, and the block being filled.

use std::time::Duration;

use super::{Stamp, Track};
use crate::g711::SILENCE;

const MAX_BLOCK: usize = 4_000;
/// A shorter gap is filled with silence instead of beginning a new block.
const MAX_FILL: u64 = 1_600;
/// How far the sender's clock may lead or trail the arrivals before it is set anew, in samples.
const MAX_LEAD: i64 = 800;
const MAX_TRAIL: i64 = 4_000;

/// One source: its clock against the timeline, and the block being filled.
#[derive(Debug)]
pub struct Pen {
    track: Track,
    clock: Option<(Stamp, i64)>,
    /// Behind the last sample written.
    end: u64,
    held: Option<Held>,
}

#[derive(Debug)]
pub struct Held {
    pub position: u64,
    pub audio: Vec<u8>,
    since: Duration,
}

impl Pen {
    pub fn new(track: Track) -> Self {
        Pen { track, clock: None, end: 0, held: None }
    }

    pub fn track(&self) -> Track {
        self.track
    }

    /// The block being filled, if it was begun before `moment`.
    pub fn take_begun_by(&mut self, moment: Duration) -> Option<Held> {
        self.held.take_if(|held| held.since <= moment)
    }

    /// Where a packet belongs: by its timestamp as long as that agrees with the arrivals.
    pub fn place(&mut self, stamp: Stamp, arrival: i64) -> i64 {
        if let Some((anchor, position)) = &self.clock {
            let step = stamp.timestamp.wrapping_sub(anchor.timestamp) as i32;
            let expected = position + i64::from(step);
            let lead = expected - arrival;
            if anchor.ssrc == stamp.ssrc && lead < MAX_LEAD && lead > -MAX_TRAIL {
                self.clock = Some((stamp, expected));
                return expected;
            }
        }
        self.clock = Some((stamp, arrival));
        arrival
    }

    /// Put audio into the block being filled, and give back the blocks that are done.
    pub fn write(&mut self, position: u64, audio: &[u8], now: Duration) -> [Option<Held>; 2] {
        let written = self.end;
        self.end = written.max(position + audio.len() as u64);
        let mut done = [None, None];
        match &mut self.held {
            Some(held) if held.takes(position) => held.put(position, audio),
            // A late packet of a block that has gone: a small block of its own replaces the gap.
            _ if position < written => return [Some(Held::new(position, audio, now)), None],
            _ => {
                done[0] = self.held.take();
                self.held = Some(Held::new(position, audio, now));
            }
        }
        done[1] = self.held.take_if(|held| held.audio.len() >= MAX_BLOCK);
        done
    }
}

impl Held {
    fn new(position: u64, audio: &[u8], since: Duration) -> Self {
        let mut bytes = Vec::with_capacity(MAX_BLOCK + audio.len());
        bytes.extend_from_slice(audio);
        Held { position, audio: bytes, since }
    }

    fn takes(&self, position: u64) -> bool {
        position >= self.position && position <= self.position + self.audio.len() as u64 + MAX_FILL
    }

    fn put(&mut self, position: u64, audio: &[u8]) {
        let at = (position - self.position) as usize;
        let end = at + audio.len();
        if self.audio.len() < end {
            self.audio.resize(end, SILENCE);
        }
        self.audio[at..end].copy_from_slice(audio);
    }
}
