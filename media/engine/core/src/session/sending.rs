//! What a session sends: its peer's voice, prompts, keys.

use super::{Context, Heard, Session};
use crate::g711::{Codec, transcode};
use crate::recording::{Stamp, Tap};
use crate::{Event, Outlet, Port, TICK_SAMPLES, dtmf, samples};

impl Session {
    /// Send what the peer said, unless something of our own is being said.
    pub fn relay<O: Outlet>(&mut self, heard: &Heard<'_>, context: &mut Context<'_, O>) {
        let Some(far) = &self.far else { return };
        let Some(to) = far.destination() else { return };
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
        context.out.send(self.id, Port::Rtp, to, context.datagram);
    }

    pub(super) fn packet_samples(&self) -> usize {
        self.far.as_ref().map_or(TICK_SAMPLES, |far| samples(far.remote.ptime) as usize)
    }

    pub(super) fn play_on<O: Outlet>(&mut self, context: &mut Context<'_, O>) {
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
        let Some(far) = &self.far else { return };
        let Some(to) = far.destination() else { return };
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
        context.out.send(self.id, Port::Rtp, to, context.datagram);
    }

    pub(super) fn send_key<O: Outlet>(&mut self, step: dtmf::Step, context: &mut Context<'_, O>) {
        let Some(far) = &self.far else { return };
        let Some(to) = far.destination() else { return };
        let Some(payload_type) = far.remote.dtmf_payload_type else {
            return;
        };
        let duration = u32::from(step.payload.duration);
        let header = self.stream.event(payload_type, step.first, duration, context.now);
        header.write(&step.payload.to_bytes(), context.datagram);
        self.counters.sent.count();
        context.out.send(self.id, Port::Rtp, to, context.datagram);
    }
}
