//! What the application may ask of the engine.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crate::counters::Counters;
use crate::g711::Codec;
use crate::playout::Prompt;
use crate::recording::Track;
use crate::stream::Identity;
use crate::{PlayId, RecordingId, SessionId};

/// The far end's side of a negotiated stream.
#[derive(Debug, Clone)]
pub struct Remote {
    pub address: SocketAddr,
    pub codec: Codec,
    pub payload_type: u8,
    pub dtmf_payload_type: Option<u8>,
    /// Directions as seen from us.
    pub sends: bool,
    pub receives: bool,
    pub ptime: Duration,
    pub learn: bool,
    pub signalling_host: Option<IpAddr>,
}

#[derive(Debug)]
pub enum Command {
    Open { session: SessionId, identity: Identity, counters: Arc<Counters>, timeout: Duration },
    SetRemote { session: SessionId, remote: Remote },
    Play { session: SessionId, play: PlayId, prompts: Vec<Prompt>, looping: bool },
    Stop { session: SessionId },
    SendDtmf { session: SessionId, keys: String },
    Mute { session: SessionId, muted: bool },
    Bridge { one: SessionId, other: SessionId },
    Unbridge { session: SessionId },
    Record { session: SessionId, recording: RecordingId, track: Track },
    StopRecording { session: SessionId },
    Close { session: SessionId },
    OpenRecording { recording: RecordingId },
    Pause { recording: RecordingId, paused: bool },
    Mask { recording: RecordingId, masked: bool },
    CloseRecording { recording: RecordingId },
}
