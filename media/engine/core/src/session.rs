//! One leg's RTP: what it takes in, what it sends out, and when it has been silent too long.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::command::Remote;
use crate::counters::Counters;
use crate::dtmf::{self, TelephoneEvent};
use crate::g711::{Codec, transcode};
use crate::gate::{Gate, Verdict};
use crate::playout::Playout;
use crate::reception::Reception;
use crate::recording::{Recordings, Stamp, Tap};
use crate::rtcp::{self, ReportBlock, SenderInfo};
use crate::rtp::{Header, Packet};
use crate::stream::{Identity, Stream};
use crate::{Event, Outlet, Port, SessionId, TICK_SAMPLES, samples};

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
        let gate = match remote.learn {
            true => Gate::learning(remote.address, remote.signalling_host),
            false => Gate::strict(remote.address),
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

    /// Take a report from the RTCP port.
    pub fn receive_rtcp(&mut self, source: SocketAddr, datagram: &[u8], now: Duration) {
        let Some(far) = &mut self.far else { return };
        if source.ip() != far.gate.peer().ip() {
            return self.counters.refused.count();
        }
        let Ok(reports) = rtcp::parse(datagram) else {
            return self.counters.refused.count();
        };
        for report in reports {
            if let rtcp::Report::Sender { ssrc, info, .. } = report {
                if far.gate.ssrc() == Some(ssrc) {
                    far.rtcp = source;
                    self.sender_report = Some((rtcp::middle(info.ntp), now));
                }
            }
        }
    }

    /// Send what the peer said, unless something of our own is being said.
    pub fn relay<O: Outlet>(&mut self, heard: &Heard<'_>, context: &mut Context<'_, O>) {
        let Some(far) = self.far.as_ref().filter(|far| far.remote.sends) else {
            return;
        };
        if self.playout.is_some() || self.keys_out.is_sending() {
            return;
        }
        let header = &heard.packet.header;
        let payload_type = match (heard.is_event, far.remote.dtmf_payload_type) {
            (false, _) => far.remote.payload_type,
            (true, Some(payload_type)) => payload_type,
            (true, None) => return self.stream.skip(header.ssrc),
        };
        let mut payload = heard.packet.payload;
        if !heard.is_event && heard.codec != far.remote.codec {
            transcode(heard.codec, far.remote.codec, payload, context.audio);
            payload = context.audio;
        }
        let Some(header) = self.stream.relay(header, payload_type, payload.len(), context.now)
        else {
            return;
        };
        header.write(payload, context.datagram);
        self.counters.sent.count();
        context.out.send(self.id, Port::Rtp, far.gate.peer(), context.datagram);
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

    /// Say goodbye to the far end.
    pub fn leave<O: Outlet>(&mut self, context: &mut Context<'_, O>) {
        if let (Some(far), (1.., _, _)) = (&self.far, self.stream.sent()) {
            rtcp::write_bye(self.stream.ssrc(), &self.cname(), context.datagram);
            context.out.send(self.id, Port::Rtcp, far.rtcp, context.datagram);
        }
    }

    fn packet_samples(&self) -> usize {
        self.far.as_ref().map_or(TICK_SAMPLES, |far| samples(far.remote.ptime) as usize)
    }

    fn play_on<O: Outlet>(&mut self, context: &mut Context<'_, O>) {
        let length = self.packet_samples();
        while self.credit >= length {
            self.credit -= length;
            let Some(playout) = &mut self.playout else {
                return;
            };
            if playout.is_over() {
                let event =
                    Event::PlaybackFinished { session: self.id, play: playout.id, cut: false };
                self.playout = None;
                return context.out.event(event);
            }
            playout.take(length, context.audio);
            self.say(context);
        }
    }

    /// Send the mu-law audio in `context.audio` as ours.
    fn say<O: Outlet>(&mut self, context: &mut Context<'_, O>) {
        let Some(far) = self.far.as_ref().filter(|far| far.remote.sends) else {
            return;
        };
        let length = context.audio.len() as u32;
        let header = self.stream.own(far.remote.payload_type, length, context.now);
        if let Some(source) = self.tap.as_ref().and_then(Tap::played) {
            let stamp = Stamp { ssrc: header.ssrc, timestamp: header.timestamp };
            context.recordings.write(source, stamp, context.audio, context.now, context.out);
        }
        if far.remote.codec == Codec::Pcma {
            let pcmu = std::mem::take(context.audio);
            transcode(Codec::Pcmu, Codec::Pcma, &pcmu, context.audio);
        }
        header.write(context.audio, context.datagram);
        self.counters.sent.count();
        context.out.send(self.id, Port::Rtp, far.gate.peer(), context.datagram);
    }

    fn send_key<O: Outlet>(&mut self, step: dtmf::Step, context: &mut Context<'_, O>) {
        let Some(far) = self.far.as_ref().filter(|far| far.remote.sends) else {
            return;
        };
        let Some(payload_type) = far.remote.dtmf_payload_type else {
            return;
        };
        let duration = u32::from(step.payload.duration);
        let header = self.stream.event(payload_type, step.first, duration, context.now);
        header.write(&step.payload.to_bytes(), context.datagram);
        self.counters.sent.count();
        context.out.send(self.id, Port::Rtp, far.gate.peer(), context.datagram);
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

    fn report<O: Outlet>(&mut self, context: &mut Context<'_, O>) {
        let now = context.now;
        let (packets, octets, sent_at) = self.stream.sent();
        let recently = sent_at.is_some_and(|at| now.saturating_sub(at) < 2 * rtcp::INTERVAL);
        // Our NTP clock counts from the engine's begin: it need not be the time of day
        // (RFC 3550 section 4), and so tells strangers nothing.
        let info = recently.then(|| SenderInfo {
            ntp: ntp(now),
            timestamp: self.stream.clock(now),
            packets,
            octets,
        });
        let Some(far) = &self.far else { return };
        let heard = self.reception.as_mut().zip(far.gate.ssrc()).map(|(reception, ssrc)| {
            let (last_report, delay) = self
                .sender_report
                .map_or((0, 0), |(middle, at)| (middle, rtcp::middle(ntp(now.saturating_sub(at)))));
            ReportBlock {
                ssrc,
                fraction_lost: reception.fraction_lost(),
                lost: reception.lost(),
                extended_highest: reception.extended_highest(),
                jitter: reception.jitter(),
                last_report,
                delay,
            }
        });
        if info.is_some() || heard.is_some() {
            rtcp::write_report(self.stream.ssrc(), info, heard, &self.cname(), context.datagram);
            context.out.send(self.id, Port::Rtcp, far.rtcp, context.datagram);
        }
    }

    fn cname(&self) -> String {
        format!("{:08x}", self.stream.ssrc())
    }
}

fn ntp(time: Duration) -> u64 {
    let fraction = (u64::from(time.subsec_nanos()) << 32) / 1_000_000_000;
    (time.as_secs() << 32) | fraction
}
