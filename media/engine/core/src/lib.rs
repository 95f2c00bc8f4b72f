#![forbid(unsafe_code)]
//! RTP, DTMF, prompts and recording without sockets, clocks or Python.
//!
//! Everything here takes bytes and a time (`Duration` since the engine began) and gives back what
//! to do through an [`Outlet`]. Audio is G.711 at 8 kHz; prompts and recordings hold mu-law.

pub mod command;
pub mod counters;
pub mod dtmf;
pub mod engine;
pub mod g711;
pub mod gate;
pub mod playout;
pub mod reception;
pub mod recording;
pub mod rtcp;
pub mod rtp;
pub mod session;
pub mod spool;
pub mod stream;

#[cfg(test)]
mod engine_tests;

use std::net::SocketAddr;
use std::time::Duration;

/// Samples a second of all audio here.
pub const SAMPLE_RATE: u32 = 8_000;
/// The heartbeat: [`engine::Engine::tick`] wants to be called this often.
pub const TICK: Duration = Duration::from_millis(20);
/// Samples in one tick.
pub const TICK_SAMPLES: usize = 160;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId(pub u64);
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PlayId(pub u64);
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RecordingId(pub u64);

/// How many whole samples fit into `time`.
pub fn samples(time: Duration) -> u64 {
    (time.as_micros() * u128::from(SAMPLE_RATE) / 1_000_000) as u64
}

/// Which socket of a session's pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    Rtp,
    Rtcp,
}

/// What the engine tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    DigitHeard { session: SessionId, digit: char },
    PlaybackFinished { session: SessionId, play: PlayId, cut: bool },
    MediaTimedOut { session: SessionId, silent: Duration },
    MediaStarted { session: SessionId, source: SocketAddr },
}

/// Where the engine's doings go.
pub trait Outlet {
    /// Send a datagram from the session's socket.
    fn send(&mut self, session: SessionId, port: Port, to: SocketAddr, datagram: &[u8]);
    /// Tell the application.
    fn event(&mut self, event: Event);
    /// Append a block to the recording's file.
    fn spool(&mut self, recording: RecordingId, block: Vec<u8>);
}
