//! Whole engine, two far ends, a turned clock.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::command::{Command, Remote};
use crate::counters::Counters;
use crate::engine::Engine;
use crate::g711::Codec;
use crate::recording::Track;
use crate::rtp::{Header, Packet};
use crate::stream::Identity;
use crate::{Event, Outlet, PlayId, Port, RecordingId, SessionId, TICK, rtcp, spool};

const ONE: SessionId = SessionId(1);
const OTHER: SessionId = SessionId(2);
const RECORDING: RecordingId = RecordingId(9);

#[derive(Default)]
struct World {
    engine: Engine,
    now: Duration,
    said: Said,
}

#[derive(Default)]
struct Said {
    sent: Vec<(SessionId, Port, SocketAddr, Vec<u8>)>,
    events: Vec<Event>,
    spooled: Vec<u8>,
}

impl Outlet for Said {
    fn send(&mut self, session: SessionId, port: Port, to: SocketAddr, datagram: &[u8]) {
        self.sent.push((session, port, to, datagram.to_vec()));
    }

    fn event(&mut self, event: Event) {
        self.events.push(event);
    }

    fn spool(&mut self, _: RecordingId, block: Vec<u8>) {
        self.spooled.extend(block);
    }
}

fn far(session: SessionId) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, session.0 as u8], 4000))
}

fn remote(address: SocketAddr) -> Remote {
    Remote {
        address,
        codec: Codec::Pcmu,
        payload_type: 0,
        dtmf_payload_type: Some(101),
        sends: true,
        receives: true,
        ptime: Duration::from_millis(20),
        learn: false,
        signalling_host: None,
    }
}

impl World {
    /// Two sessions that have negotiated and hear each other.
    fn bridged() -> World {
        let mut world = World::default();
        for session in [ONE, OTHER] {
            world.open(session);
            world.command(Command::SetRemote { session, remote: remote(far(session)) });
        }
        world.command(Command::Bridge { one: ONE, other: OTHER });
        world
    }

    fn open(&mut self, session: SessionId) {
        let identity = Identity { ssrc: 70 + session.0 as u32, sequence: 0, timestamp: 0 };
        let (counters, timeout) = (Arc::new(Counters::default()), Duration::from_secs(1));
        self.command(Command::Open { session, identity, counters, timeout });
    }

    fn command(&mut self, command: Command) {
        self.engine.command(command, self.now, &mut self.said);
    }

    fn hear(&mut self, session: SessionId, payload_type: u8, n: u16, payload: &[u8]) {
        let header = Header {
            payload_type,
            marker: false,
            sequence: n,
            timestamp: u32::from(n) * 160,
            ssrc: 5,
        };
        let mut datagram = vec![];
        header.write(payload, &mut datagram);
        let (source, now) = (far(session), self.now);
        self.engine.receive(session, Port::Rtp, source, &datagram, now, &mut self.said);
    }

    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.now += TICK;
            self.engine.tick(self.now, &mut self.said);
        }
    }

    fn play(&mut self, session: SessionId, play: u64, samples: usize) {
        let prompts = vec![vec![0x55; samples].into()];
        self.command(Command::Play { session, play: PlayId(play), prompts, looping: false });
    }

    fn rtp_to(&self, session: SessionId) -> Vec<Packet<'_>> {
        let sent = self.said.sent.iter();
        sent.filter(|(s, port, ..)| *s == session && *port == Port::Rtp)
            .map(|(.., datagram)| Packet::parse(datagram).unwrap())
            .collect()
    }

    fn finished(&self) -> Vec<(u64, bool)> {
        let events = self.said.events.iter();
        events
            .filter_map(|event| match event {
                Event::PlaybackFinished { play, cut, .. } => Some((play.0, *cut)),
                _ => None,
            })
            .collect()
    }
}

#[test]
fn a_prompt_begins_at_once_and_ends_when_its_audio_is_over() {
    let mut world = World::bridged();
    world.play(ONE, 1, 400);
    assert_eq!(world.rtp_to(ONE).len(), 1);
    world.pass(Duration::from_millis(40));
    assert_eq!((world.rtp_to(ONE).len(), world.finished()), (3, vec![]));
    world.pass(TICK);
    assert_eq!((world.rtp_to(ONE).len(), world.finished()), (3, vec![(1, false)]));
}

#[test]
fn any_packet_time_keeps_the_pace() {
    for ptime_ms in [10, 20, 30, 40, 60] {
        let mut world = World::bridged();
        let ptime = Duration::from_millis(ptime_ms);
        let remote = Remote { ptime, ..remote(far(ONE)) };
        world.command(Command::SetRemote { session: ONE, remote });
        world.play(ONE, 1, 80_000);
        world.pass(Duration::from_millis(600));
        let samples: usize = world.rtp_to(ONE).iter().map(|p| p.payload.len()).sum();
        let ahead = samples as i64 - 4800;
        assert!((0..=8 * ptime_ms as i64).contains(&ahead), "{ptime_ms} ms: {ahead}");
    }
}

#[test]
fn a_playback_goes_on_where_nobody_may_hear_it() {
    let mut world = World::bridged();
    let remote = Remote { sends: false, ..remote(far(ONE)) };
    world.command(Command::SetRemote { session: ONE, remote });
    world.play(ONE, 1, 320);
    world.pass(Duration::from_millis(60));
    assert_eq!((world.rtp_to(ONE).len(), world.finished()), (0, vec![(1, false)]));
}

#[test]
fn nothing_goes_to_an_address_that_is_no_host() {
    for address in ["0.0.0.0:4000", "224.0.0.1:4000", "192.0.2.1:0"] {
        let mut world = World::bridged();
        let remote = remote(address.parse().unwrap());
        world.command(Command::SetRemote { session: ONE, remote });
        world.play(ONE, 1, 320);
        assert_eq!(world.rtp_to(ONE).len(), 0, "{address}");
    }
}

#[test]
fn an_event_that_the_peer_does_not_take_is_told_here_and_no_loss_there() {
    let mut world = World::bridged();
    let remote = Remote { dtmf_payload_type: None, ..remote(far(OTHER)) };
    world.command(Command::SetRemote { session: OTHER, remote });
    world.hear(ONE, 0, 1, &[1; 160]);
    world.hear(ONE, 101, 2, &[3, 0x8A, 3, 0x20]);
    world.hear(ONE, 0, 3, &[1; 160]);
    let numbers: Vec<_> = world.rtp_to(OTHER).iter().map(|p| p.header.sequence).collect();
    assert_eq!(numbers, [1, 2]);
    assert!(world.said.events.contains(&Event::DigitHeard { session: ONE, digit: '3' }));
}

#[test]
fn who_is_bridged_anew_is_taken_from_the_old_peer() {
    let mut world = World::bridged();
    let third = SessionId(3);
    world.open(third);
    world.command(Command::SetRemote { session: third, remote: remote(far(third)) });
    world.command(Command::Bridge { one: ONE, other: third });
    world.hear(OTHER, 0, 1, &[1; 160]);
    assert_eq!(world.rtp_to(ONE).len(), 0);
    world.command(Command::Close { session: ONE });
    world.hear(third, 0, 1, &[1; 160]);
    assert_eq!(world.rtp_to(ONE).len(), 0);
}

#[test]
fn silence_is_told_once_until_packets_return() {
    let mut world = World::bridged();
    world.hear(ONE, 0, 1, &[1; 160]);
    let silences = |world: &World| {
        let of_one = |e: &&Event| matches!(e, Event::MediaTimedOut { session: ONE, .. });
        world.said.events.iter().filter(of_one).count()
    };
    world.pass(Duration::from_millis(980));
    assert_eq!(silences(&world), 0);
    world.pass(Duration::from_secs(3));
    assert_eq!(silences(&world), 1);
    world.hear(ONE, 0, 2, &[1; 160]);
    world.pass(Duration::from_secs(2));
    assert_eq!(silences(&world), 2);
    let remote = Remote { receives: false, ..remote(far(ONE)) };
    world.command(Command::SetRemote { session: ONE, remote });
    world.pass(Duration::from_secs(5));
    assert_eq!(silences(&world), 2);
}

#[test]
fn a_session_refresh_does_not_move_a_learnt_address() {
    let mut world = World::default();
    world.open(ONE);
    let private = "10.0.0.9:9000".parse().unwrap();
    let learning = || Command::SetRemote {
        session: ONE,
        remote: Remote { learn: true, signalling_host: Some(far(ONE).ip()), ..remote(private) },
    };
    world.command(learning());
    world.hear(ONE, 0, 1, &[1; 160]);
    world.hear(ONE, 0, 2, &[1; 160]);
    world.command(learning());
    world.play(ONE, 1, 160);
    assert_eq!(world.said.sent.last().unwrap().2, far(ONE));
}

#[test]
fn reports_tell_what_was_sent_and_heard() {
    let mut world = World::bridged();
    world.play(ONE, 1, 80_000);
    for n in [1, 2, 4, 5] {
        world.hear(ONE, 0, n, &[1; 160]);
    }
    world.pass(Duration::from_secs(5));
    let reports: Vec<_> =
        world.said.sent.iter().filter(|(s, port, ..)| *s == ONE && *port == Port::Rtcp).collect();
    let [(.., to, datagram)] = reports[..] else { panic!("{} reports", reports.len()) };
    assert_eq!(to.port(), 4001);
    let told = rtcp::parse(datagram).unwrap();
    let [rtcp::Report::Sender { ssrc: 71, info, blocks }] = &told[..] else { panic!("{told:?}") };
    assert_eq!((info.packets, info.octets), (251, 251 * 160));
    assert_eq!((blocks[0].ssrc, blocks[0].lost, blocks[0].fraction_lost), (5, 1, 51));
}

#[test]
fn a_recording_holds_what_is_heard_and_what_is_played_to_the_customer() {
    let mut world = World::bridged();
    world.command(Command::OpenRecording { recording: RECORDING });
    let record = |session, track| Command::Record { session, recording: RECORDING, track };
    world.command(record(ONE, Track::Customer));
    world.command(record(OTHER, Track::Agent));
    world.play(ONE, 1, 160);
    world.play(OTHER, 2, 160);
    world.hear(ONE, 0, 1, &[1; 160]);
    world.hear(OTHER, 0, 1, &[2; 160]);
    world.hear(ONE, 101, 2, &[3, 0x8A, 3, 0x20]);
    world.command(Command::CloseRecording { recording: RECORDING });
    let (mut found, mut rest) = (vec![], &world.said.spooled[..]);
    while let Some((head, audio, after)) = spool::decode(rest) {
        found.push((head.track, audio.first().copied(), audio.len()));
        rest = after;
    }
    found.sort();
    assert_eq!(found, [(0, Some(1), 160), (1, Some(2), 160), (2, Some(0x55), 160), (255, None, 0)]);
}
