//! All sessions of one thread: who hears whom, and which recording hears them.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use crate::command::Command;
use crate::g711::{Codec, transcode};
use crate::playout::Playout;
use crate::recording::{Recordings, Stamp, Tap, Track};
use crate::session::{Context, Heard, Session};
use crate::{Outlet, Port, RecordingId, SessionId};

/// The machine: datagrams, commands and ticks in; datagrams, events and blocks out.
#[derive(Default)]
pub struct Engine {
    sessions: HashMap<SessionId, Session>,
    recordings: Recordings,
    audio: Vec<u8>,
    datagram: Vec<u8>,
}

impl Engine {
    /// A datagram came to a session's port; any bytes are fine.
    pub fn receive(
        &mut self,
        id: SessionId,
        port: Port,
        source: SocketAddr,
        datagram: &[u8],
        now: Duration,
        out: &mut impl Outlet,
    ) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        if port == Port::Rtcp {
            return session.receive_rtcp(source, datagram, now);
        }
        let Some(heard) = session.receive(source, datagram, now, out) else {
            return;
        };
        let (tap, muted, peer) = (session.tap, session.muted, session.peer);
        if let Some(tap) = tap.filter(|_| !heard.is_event) {
            self.record_heard(&tap, &heard, now, out);
        }
        if let Some(peer) = peer.filter(|_| !muted) {
            self.on(peer, now, out, |peer, context| peer.relay(&heard, context));
        }
    }

    /// Call this every [`crate::TICK`].
    pub fn tick(&mut self, now: Duration, out: &mut impl Outlet) {
        let Engine { sessions, recordings, audio, datagram } = self;
        let mut context = Context { now, out, recordings, audio, datagram };
        for session in sessions.values_mut() {
            session.tick(&mut context);
        }
        context.recordings.tick(now, context.out);
    }

    /// Do what the application asks; what has gone meanwhile is left alone.
    pub fn command(&mut self, command: Command, now: Duration, out: &mut impl Outlet) {
        match command {
            Command::Open { session, identity, counters, timeout } => {
                let opened = Session::new(session, identity, counters, timeout, now);
                self.sessions.insert(session, opened);
            }
            Command::SetRemote { session, remote } => {
                self.on(session, now, out, |session, _| session.set_remote(remote, now));
            }
            Command::Play { session, play, prompts, looping } => {
                let playout = Playout::new(play, prompts, looping);
                self.on(session, now, out, |session, context| session.play(playout, context));
            }
            Command::Stop { session } => {
                self.on(session, now, out, |session, context| session.stop(context.out));
            }
            Command::SendDtmf { session, keys } => {
                self.on(session, now, out, |session, _| session.press(&keys));
            }
            Command::Mute { session, muted } => self.mute(session, muted),
            Command::Bridge { one, other } => self.bridge(one, other),
            Command::Unbridge { session } => self.unbridge(session),
            Command::Record { session, recording, track } => self.record(session, recording, track),
            Command::StopRecording { session } => {
                self.on(session, now, out, |session, _| session.tap = None);
            }
            Command::Close { session } => self.close(session, now, out),
            Command::OpenRecording { recording } => self.recordings.open(recording, now),
            Command::Pause { recording, paused } => {
                if let Some(recording) = self.recordings.get(recording) {
                    recording.pause(paused);
                }
            }
            Command::Mask { recording, masked } => {
                if let Some(recording) = self.recordings.get(recording) {
                    recording.mask(masked);
                }
            }
            Command::CloseRecording { recording } => self.recordings.close(recording, now, out),
        }
    }

    fn on<O: Outlet>(
        &mut self,
        id: SessionId,
        now: Duration,
        out: &mut O,
        act: impl FnOnce(&mut Session, &mut Context<'_, O>),
    ) {
        let Engine { sessions, recordings, audio, datagram } = self;
        if let Some(session) = sessions.get_mut(&id) {
            act(session, &mut Context { now, out, recordings, audio, datagram });
        }
    }

    fn record_heard(&mut self, tap: &Tap, heard: &Heard<'_>, now: Duration, out: &mut impl Outlet) {
        let header = &heard.packet.header;
        let stamp = Stamp { ssrc: header.ssrc, timestamp: header.timestamp };
        let mut audio = heard.packet.payload;
        if heard.codec != Codec::Pcmu {
            transcode(heard.codec, Codec::Pcmu, audio, &mut self.audio);
            audio = &self.audio;
        }
        self.recordings.write(tap.heard(), stamp, audio, now, out);
    }

    fn mute(&mut self, id: SessionId, muted: bool) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        session.muted = muted;
        if let Some(peer) = session.peer.and_then(|peer| self.sessions.get_mut(&peer)) {
            peer.stream.interrupt();
        }
    }

    fn bridge(&mut self, one: SessionId, other: SessionId) {
        if one == other || !(self.sessions.contains_key(&one) && self.sessions.contains_key(&other))
        {
            return;
        }
        self.unbridge(one);
        self.unbridge(other);
        for (id, peer) in [(one, other), (other, one)] {
            if let Some(session) = self.sessions.get_mut(&id) {
                session.peer = Some(peer);
                session.stream.interrupt();
            }
        }
    }

    fn unbridge(&mut self, id: SessionId) {
        let peer = self.sessions.get_mut(&id).and_then(|session| session.peer.take());
        if let Some(peer) = peer.and_then(|peer| self.sessions.get_mut(&peer)) {
            peer.peer = None;
        }
    }

    fn record(&mut self, id: SessionId, recording: RecordingId, track: Track) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        session.tap = self.recordings.get(recording).map(|recording| recording.tap(track));
    }

    fn close(&mut self, id: SessionId, now: Duration, out: &mut impl Outlet) {
        self.unbridge(id);
        self.on(id, now, out, |session, context| session.leave(context));
        self.sessions.remove(&id);
    }
}
