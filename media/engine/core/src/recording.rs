//! A recording while it grows: packets of several sources placed on one timeline, cut into blocks.

mod pen;

use std::collections::HashMap;
use std::time::Duration;

use self::pen::{Held, Pen};
use crate::spool::{BlockHead, END_TRACK, encode};
use crate::{Outlet, RecordingId, samples};

/// No block holds audio for longer: what a killed process may lose.
const MAX_HELD: Duration = Duration::from_millis(500);

/// Whose voice it is; the numbers stand in the spool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Track {
    Customer = 0,
    Agent = 1,
    System = 2,
}

/// A session's place in a recording.
#[derive(Debug, Clone, Copy)]
pub struct Tap {
    pub recording: RecordingId,
    heard: u16,
    played: Option<u16>,
}

impl Tap {
    /// The source of what the session hears.
    pub fn heard(&self) -> (RecordingId, u16) {
        (self.recording, self.heard)
    }

    /// The source of what is played to it, where that is kept.
    pub fn played(&self) -> Option<(RecordingId, u16)> {
        self.played.map(|source| (self.recording, source))
    }
}

/// All recordings of an engine.
#[derive(Debug, Default)]
pub struct Recordings(HashMap<RecordingId, Recording>);

impl Recordings {
    pub fn open(&mut self, id: RecordingId, now: Duration) {
        self.0.insert(id, Recording::new(id, now));
    }

    pub fn get(&mut self, id: RecordingId) -> Option<&mut Recording> {
        self.0.get_mut(&id)
    }

    /// Put audio of a source onto the timeline; unknown recordings take nothing.
    pub fn write(
        &mut self,
        (recording, source): (RecordingId, u16),
        stamp: Stamp,
        audio: &[u8],
        now: Duration,
        out: &mut impl Outlet,
    ) {
        if let Some(recording) = self.0.get_mut(&recording) {
            recording.write(source, stamp, audio, now, out);
        }
    }

    /// Hand on what has been held long enough.
    pub fn tick(&mut self, now: Duration, out: &mut impl Outlet) {
        for recording in self.0.values_mut() {
            recording.flush_due(now, out);
        }
    }

    /// Hand on all that is held and end the timeline.
    pub fn close(&mut self, id: RecordingId, now: Duration, out: &mut impl Outlet) {
        if let Some(mut recording) = self.0.remove(&id) {
            recording.finish(now, out);
        }
    }
}

/// The source's own time of a packet.
#[derive(Debug, Clone, Copy)]
pub struct Stamp {
    pub ssrc: u32,
    pub timestamp: u32,
}

#[derive(Debug)]
pub struct Recording {
    id: RecordingId,
    began: Duration,
    paused: bool,
    noise: Option<u32>,
    pens: Vec<Pen>,
}

impl Recording {
    fn new(id: RecordingId, now: Duration) -> Self {
        Recording { id, began: now, paused: false, noise: None, pens: Vec::new() }
    }

    /// Let a session in; what is played to the customer goes to a source of its own.
    pub fn tap(&mut self, track: Track) -> Tap {
        let heard = self.pen(track);
        let played = (track == Track::Customer).then(|| self.pen(Track::System));
        Tap { recording: self.id, heard, played }
    }

    /// Write nothing from now on; the timeline goes on.
    pub fn pause(&mut self, paused: bool) {
        self.paused = paused;
    }

    /// Put noise in the place of all audio.
    pub fn mask(&mut self, masked: bool) {
        self.noise = masked.then_some(0x9E37_79B9);
    }

    fn pen(&mut self, track: Track) -> u16 {
        self.pens.push(Pen::new(track));
        (self.pens.len() - 1) as u16
    }

    fn write(
        &mut self,
        source: u16,
        stamp: Stamp,
        audio: &[u8],
        now: Duration,
        out: &mut impl Outlet,
    ) {
        let Some(pen) = self.pens.get_mut(usize::from(source)) else {
            return;
        };
        let arrival = samples(now.saturating_sub(self.began)) as i64;
        let position = pen.place(stamp, arrival);
        if self.paused {
            return;
        }
        let skipped = (-position).clamp(0, audio.len() as i64) as usize;
        let position = position.max(0) as u64;
        let done = match &mut self.noise {
            None => pen.write(position, &audio[skipped..], now),
            Some(state) => {
                let noise: Vec<u8> = audio[skipped..].iter().map(|_| noise(state)).collect();
                pen.write(position, &noise, now)
            }
        };
        for held in done.into_iter().flatten() {
            self.spool(source, held, out);
        }
    }

    fn flush_due(&mut self, now: Duration, out: &mut impl Outlet) {
        if let Some(moment) = now.checked_sub(MAX_HELD) {
            self.flush(moment, out);
        }
    }

    fn finish(&mut self, now: Duration, out: &mut impl Outlet) {
        self.flush(now, out);
        let position = samples(now.saturating_sub(self.began));
        out.spool(self.id, encode(BlockHead { track: END_TRACK, source: 0, position }, &[]));
    }

    fn flush(&mut self, begun_by: Duration, out: &mut impl Outlet) {
        for source in 0..self.pens.len() {
            if let Some(held) = self.pens[source].take_begun_by(begun_by) {
                self.spool(source as u16, held, out);
            }
        }
    }

    fn spool(&self, source: u16, held: Held, out: &mut impl Outlet) {
        let track = self.pens[usize::from(source)].track() as u8;
        out.spool(
            self.id,
            encode(BlockHead { track, source, position: held.position }, &held.audio),
        );
    }
}

/// Loud enough to be heard as noise, without anything of what it covers.
fn noise(state: &mut u32) -> u8 {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    0x40 | (*state as u8 & 0x8F)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Event, Port, SessionId, spool};
    use std::net::SocketAddr;

    #[derive(Default)]
    struct File(Vec<u8>);

    impl Outlet for File {
        fn send(&mut self, _: SessionId, _: Port, _: SocketAddr, _: &[u8]) {}
        fn event(&mut self, _: Event) {}
        fn spool(&mut self, _: RecordingId, block: Vec<u8>) {
            self.0.extend(block);
        }
    }

    impl File {
        fn blocks(&self) -> Vec<(BlockHead, &[u8])> {
            let (mut blocks, mut rest) = (vec![], &self.0[..]);
            while let Some((head, audio, after)) = spool::decode(rest) {
                blocks.push((head, audio));
                rest = after;
            }
            assert!(rest.is_empty());
            blocks
        }

        fn track(&self, track: Track) -> Vec<u8> {
            let mut audio = vec![];
            for (head, bytes) in self.blocks().iter().filter(|(h, _)| h.track == track as u8) {
                let at = head.position as usize;
                audio.resize(audio.len().max(at + bytes.len()), 0);
                audio[at..at + bytes.len()].copy_from_slice(bytes);
            }
            audio
        }
    }

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn stamp(timestamp: u32) -> Stamp {
        Stamp { ssrc: 1, timestamp }
    }

    fn recording() -> (Recording, File) {
        (Recording::new(RecordingId(1), at(1000)), File::default())
    }

    #[test]
    fn jitter_and_misorder_do_not_move_audio_on_the_timeline() {
        let (mut recording, mut file) = recording();
        let source = recording.tap(Track::Agent).heard;
        for (n, late) in [(0u32, 0), (1, 15), (3, 2), (2, 25), (4, 0)] {
            let now = at(1100 + u64::from(n) * 20 + late);
            recording.write(source, stamp(5000 + n * 160), &[n as u8; 160], now, &mut file);
        }
        recording.finish(at(2000), &mut file);
        let track = file.track(Track::Agent);
        assert_eq!(track.len(), 800 + 5 * 160);
        for n in 0..5 {
            assert!(track[800 + n * 160..][..160].iter().all(|&b| b == n as u8), "packet {n}");
        }
        assert_eq!(file.blocks().last().unwrap().0.position, 8000, "the end of the timeline");
    }

    #[test]
    fn a_restarted_clock_is_placed_by_its_arrival() {
        let (mut recording, mut file) = recording();
        let source = recording.tap(Track::Agent).heard;
        recording.write(source, stamp(0), &[1; 160], at(1000), &mut file);
        recording.write(source, stamp(9_000_000), &[2; 160], at(2000), &mut file);
        recording.finish(at(2020), &mut file);
        assert_eq!(file.track(Track::Agent)[8000..], [2; 160]);
    }

    #[test]
    fn nothing_is_held_for_longer_than_half_a_second() {
        let (mut recording, mut file) = recording();
        let source = recording.tap(Track::Customer).heard;
        recording.write(source, stamp(0), &[1; 160], at(1000), &mut file);
        recording.flush_due(at(1480), &mut file);
        assert!(file.0.is_empty());
        recording.flush_due(at(1500), &mut file);
        assert_eq!(file.blocks().len(), 1);
    }

    #[test]
    fn pause_leaves_a_hole_and_mask_leaves_noise_of_the_same_length() {
        let (mut recording, mut file) = recording();
        let source = recording.tap(Track::Customer).heard;
        for n in 0..60u32 {
            recording.pause((20..40).contains(&n));
            recording.mask(n >= 40);
            let now = at(1000 + u64::from(n) * 20);
            recording.write(source, stamp(n * 160), &[1; 160], now, &mut file);
        }
        recording.finish(at(2200), &mut file);
        let track = file.track(Track::Customer);
        assert_eq!(track.len(), 60 * 160);
        assert!(track[..3200].iter().all(|&b| b == 1));
        assert!(track[3200..6400].iter().all(|&b| b == 0), "a hole");
        assert!(track[6400..].iter().all(|&b| b & 0x70 == 0x40), "noise");
    }
}
