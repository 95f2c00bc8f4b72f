//! One leg's RTP: what it takes in, what it sends out, and when it has been silent too long.

mod reporting;
mod sending;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::command::Remote;
use crate::counters::Counters;
use crate::dtmf::{self, TelephoneEvent};
use crate::g711::Codec;
use crate::gate::{Gate, Verdict};
use crate::playout::Playout;
use crate::reception::Reception;
use crate::recording::{Recordings, Tap};
use crate::rtcp;
use crate::rtp::{Header, Packet};
use crate::stream::{Identity, Stream};
use crate::{Event, Outlet, SessionId, TICK_SAMPLES};

/// What a session needs from its engine at one moment.
pub(crate) struct Context<'a, O: Outlet> {
    pub now: Duration,
    pub out: &'a mut O,
    pub recordings: &'a mut Recordings,
    pub audio: &'a mut Vec<u8>,
    pub datagram: &'a mut Vec<u8>,
}

/// An accepted packet that others may hear.
pub(crate) struct Heard<'a> {
    pub codec: Codec,
    pub is_event: bool,
    pub packet: Packet<'a>,
}

struct Far {
    remote: Remote,
    gate: Gate,
    started: bool,
    rtcp: SocketAddr,
}

impl Far {
    /// Where to send; None if the direction, or an address that is no host's, forbids it
    /// (RFC 2543 put a call on hold by the address 0.0.0.0).
    fn destination(&self) -> Option<SocketAddr> {
        let peer = self.gate.peer();
        (self.remote.sends && is_host(peer)).then_some(peer)
    }
}

fn is_host(address: SocketAddr) -> bool {
    let ip = address.ip();
    !(ip.is_unspecified() || ip.is_multicast() || address.port() == 0)
}

pub(crate) struct Session {
    id: SessionId,
    far: Option<Far>,
    pub peer: Option<SessionId>,
    pub muted: bool,
    pub tap: Option<Tap>,
    counters: Arc<Counters>,
    reception: Option<Reception>,
    lost_before: u64,
    keys_in: dtmf::Receiver,
    keys_out: dtmf::Sender,
    pub stream: Stream,
    playout: Option<Playout>,
    credit: usize,
    timeout: Duration,
    heard_at: Duration,
    timed_out: bool,
    report_at: Duration,
    sender_report: Option<(u32, Duration)>,
}

impl Session {
    pub fn new(
        id: SessionId,
        identity: Identity,
        counters: Arc<Counters>,
        timeout: Duration,
        now: Duration,
    ) -> Self {
        Session {
            id,
            far: None,
            peer: None,
            muted: false,
            tap: None,
            counters,
            reception: None,
            lost_before: 0,
            keys_in: dtmf::Receiver::default(),
            keys_out: dtmf::Sender::default(),
            stream: Stream::new(identity),
            playout: None,
            credit: 0,
            timeout,
            heard_at: now,
            timed_out: false,
            report_at: now + rtcp::INTERVAL,
            sender_report: None,
        }
    }

    pub fn set_remote(&mut self, remote: Remote, now: Duration) {
        let learned = self.far.as_ref().filter(|far| far.remote.address == remote.address);
        let gate = match (remote.learn, learned) {
            // The window opens anew, but the far end is hardly elsewhere: it need not miss a word.
            (true, Some(far)) => {
                Gate::learning(remote.address, remote.signalling_host).sending_to(far.gate.peer())
            }
            (true, None) => Gate::learning(remote.address, remote.signalling_host),
            (false, _) => Gate::strict(remote.address),
        };
        let mut rtcp = remote.address;
        rtcp.set_port(rtcp.port().saturating_add(1));
        self.far = Some(Far { remote, gate, started: false, rtcp });
        self.heard_at = now;
        self.timed_out = false;
        self.stream.interrupt();
    }

    /// Judge and count a datagram; what comes back may be recorded and relayed.
    pub fn receive<'a>(
        &mut self,
        source: SocketAddr,
        datagram: &'a [u8],
        now: Duration,
        out: &mut impl Outlet,
    ) -> Option<Heard<'a>> {
        let Some((packet, is_event, verdict)) = self.judge(source, datagram) else {
            self.counters.refused.count();
            return None;
        };
        match verdict {
            Verdict::Wait => return None,
            Verdict::AdmitNew => self.begin_source(&packet.header, now),
            _ => self.continue_source(&packet.header, !is_event, now),
        }
        self.heard_at = now;
        self.timed_out = false;
        self.counters.received.count();
        let far = self.far.as_mut()?;
        if !far.started {
            far.started = true;
            out.event(Event::MediaStarted { session: self.id, source });
        }
        if !far.remote.receives {
            return None;
        }
        let codec = far.remote.codec;
        if is_event {
            let key = TelephoneEvent::parse(packet.payload)
                .and_then(|event| self.keys_in.hear(packet.header.timestamp, event));
            if let Some(digit) = key {
                out.event(Event::DigitHeard { session: self.id, digit });
            }
        }
        Some(Heard { codec, is_event, packet })
    }

    fn judge<'a>(
        &mut self,
        source: SocketAddr,
        datagram: &'a [u8],
    ) -> Option<(Packet<'a>, bool, Verdict)> {
        let far = self.far.as_mut()?;
        let packet = Packet::parse(datagram).ok()?;
        let Header { payload_type, ssrc, sequence, .. } = packet.header;
        let is_event = Some(payload_type) == far.remote.dtmf_payload_type;
        if !is_event && payload_type != far.remote.payload_type || packet.payload.is_empty() {
            return None;
        }
        match far.gate.admit(source, ssrc, sequence) {
            Verdict::Refuse => None,
            verdict => Some((packet, is_event, verdict)),
        }
    }

    fn begin_source(&mut self, header: &Header, now: Duration) {
        // A re-INVITE opens a new gate; the source behind it is mostly the old one.
        self.lost_before += self.reception.as_ref().map_or(0, |r| u64::from(r.lost()));
        self.reception = Some(Reception::new(header.sequence, header.timestamp, now));
        if let Some(far) = &mut self.far {
            let peer = far.gate.peer();
            far.rtcp = SocketAddr::new(peer.ip(), peer.port().saturating_add(1));
        }
    }

    fn continue_source(&mut self, header: &Header, paced: bool, now: Duration) {
        if let Some(reception) = &mut self.reception {
            reception.hear(header.sequence, header.timestamp, paced, now);
            self.counters.lost.set(self.lost_before + u64::from(reception.lost()));
            self.counters.jitter.set(u64::from(reception.jitter()));
        }
    }

    /// Start a playback; its first packet leaves at once.
    pub fn play<O: Outlet>(&mut self, playout: Playout, context: &mut Context<'_, O>) {
        self.stop(context.out);
        self.stream.interrupt();
        self.playout = Some(playout);
        self.credit = self.packet_samples();
        if !self.keys_out.is_sending() {
            self.play_on(context);
        }
    }

    /// Cut the playback, if there is one.
    pub fn stop(&mut self, out: &mut impl Outlet) {
        if let Some(playout) = self.playout.take() {
            out.event(Event::PlaybackFinished { session: self.id, play: playout.id, cut: true });
        }
    }

    pub fn press(&mut self, keys: &str) {
        self.keys_out.press(keys);
    }

    /// The heartbeat: 20 ms of sending, silence watched, reports.
    pub fn tick<O: Outlet>(&mut self, context: &mut Context<'_, O>) {
        match self.keys_out.tick() {
            Some(step) => self.send_key(step, context),
            None if self.playout.is_some() => {
                self.credit += TICK_SAMPLES;
                self.play_on(context);
            }
            None => {}
        }
        self.watch(context);
        if context.now >= self.report_at {
            self.report_at += rtcp::INTERVAL;
            self.report(context);
        }
    }

    fn watch<O: Outlet>(&mut self, context: &mut Context<'_, O>) {
        if !self.far.as_ref().is_some_and(|far| far.remote.receives) {
            self.heard_at = context.now;
            return;
        }
        let silent = context.now.saturating_sub(self.heard_at);
        if !self.timed_out && silent >= self.timeout {
            self.timed_out = true;
            context.out.event(Event::MediaTimedOut { session: self.id, silent });
        }
    }
}
