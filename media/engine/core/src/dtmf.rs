//! Keys as RTP events (RFC 4733).

use std::collections::VecDeque;

const KEYS: &[u8; 16] = b"0123456789*#ABCD";
/// Samples an event lasts when we send it: 100 ms.
const EVENT_STEPS: u8 = 5;
/// The end is sent three times (RFC 4733 section 2.5.1.4).
const LAST_STEP: u8 = EVENT_STEPS + 2;
/// Ticks from one event to the next: 100 ms of tone, 60 ms of pause.
const PERIOD_STEPS: u8 = 8;
/// A packet this much older than the last event is a restarted clock, not a late packet.
const LATE_SAMPLES: i32 = 40_000;

/// The payload (RFC 4733 section 2.3); `duration` in timestamp units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TelephoneEvent {
    pub event: u8,
    pub end: bool,
    pub volume: u8,
    pub duration: u16,
}

impl TelephoneEvent {
    /// Read a payload; longer ones (several events, old senders) are read as their first.
    pub fn parse(payload: &[u8]) -> Option<TelephoneEvent> {
        let bytes = payload.first_chunk::<4>()?;
        Some(TelephoneEvent {
            event: bytes[0],
            end: bytes[1] & 0x80 != 0,
            volume: bytes[1] & 0x3F,
            duration: u16::from_be_bytes([bytes[2], bytes[3]]),
        })
    }

    pub fn to_bytes(self) -> [u8; 4] {
        let [high, low] = self.duration.to_be_bytes();
        [self.event, u8::from(self.end) << 7 | self.volume & 0x3F, high, low]
    }
}

/// The event number of a key.
pub fn event_of(key: char) -> Option<u8> {
    let upper = key.to_ascii_uppercase();
    KEYS.iter().position(|&k| char::from(k) == upper).map(|i| i as u8)
}

/// Tells each key once, at the first packet of its event that arrives, whichever that is.
#[derive(Debug, Default)]
pub struct Receiver {
    last: Option<(u32, TelephoneEvent)>,
}

impl Receiver {
    /// The key, if this packet is the first of a new event.
    pub fn hear(&mut self, timestamp: u32, heard: TelephoneEvent) -> Option<char> {
        let mut known = false;
        if let Some((last_timestamp, last)) = self.last {
            let age = last_timestamp.wrapping_sub(timestamp) as i32;
            if age > 0 && age < LATE_SAMPLES {
                return None;
            }
            // A key held longer than a duration can say goes on as a new segment
            // (RFC 4733 section 2.5.1.3).
            let segment = last.event == heard.event
                && last.duration == u16::MAX
                && age == -i32::from(u16::MAX);
            known = segment || age == 0;
        }
        self.last = Some((timestamp, heard));
        if known {
            return None;
        }
        KEYS.get(usize::from(heard.event)).map(|&key| char::from(key))
    }
}

/// One packet to send: `first` begins an event with a new timestamp and the marker bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub payload: TelephoneEvent,
    pub first: bool,
}

/// Turns keys into packets, one a tick.
#[derive(Debug, Default)]
pub struct Sender {
    queue: VecDeque<u8>,
    step: u8,
}

impl Sender {
    /// Queue keys; what is no key is left out.
    pub fn press(&mut self, keys: &str) {
        self.queue.extend(keys.chars().filter_map(event_of));
    }

    /// Whether an event is on the wire, so that audio must wait.
    pub fn is_sending(&self) -> bool {
        (1..LAST_STEP).contains(&self.step)
    }

    /// The packet of this tick.
    pub fn tick(&mut self) -> Option<Step> {
        let event = *self.queue.front()?;
        self.step += 1;
        let step = self.step;
        if step == PERIOD_STEPS {
            self.queue.pop_front();
            self.step = 0;
        }
        let duration = u16::from(step.min(EVENT_STEPS)) * crate::TICK_SAMPLES as u16;
        let payload = TelephoneEvent { event, end: step >= EVENT_STEPS, volume: 10, duration };
        (step <= LAST_STEP).then_some(Step { payload, first: step == 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn packet(event: u8, end: bool, duration: u16) -> TelephoneEvent {
        TelephoneEvent { event, end, volume: 10, duration }
    }

    #[test]
    fn a_key_is_told_once_whatever_is_lost_or_doubled() {
        let all = [(160, false), (320, false), (480, true), (480, true), (480, true)];
        for first_heard in 0..all.len() {
            let mut receiver = Receiver::default();
            let told: Vec<_> = all[first_heard..]
                .iter()
                .filter_map(|&(duration, end)| receiver.hear(1000, packet(5, end, duration)))
                .collect();
            assert_eq!(told, ['5']);
        }
    }

    #[test]
    fn the_same_key_twice_is_two_keys_though_the_first_end_was_lost() {
        let mut receiver = Receiver::default();
        assert_eq!(receiver.hear(1000, packet(1, false, 160)), Some('1'));
        assert_eq!(receiver.hear(2600, packet(1, false, 160)), Some('1'));
        assert_eq!(receiver.hear(1000, packet(1, true, 800)), None, "late packet of the first");
        assert_eq!(receiver.hear(2600, packet(1, true, 800)), None);
    }

    #[test]
    fn a_key_held_for_long_is_one_key() {
        let mut receiver = Receiver::default();
        assert_eq!(receiver.hear(0, packet(11, false, u16::MAX)), Some('#'));
        assert_eq!(receiver.hear(65_535, packet(11, false, 160)), None);
    }

    #[test]
    fn a_restarted_clock_does_not_deafen() {
        let mut receiver = Receiver::default();
        assert_eq!(receiver.hear(900_000, packet(2, true, 800)), Some('2'));
        assert_eq!(receiver.hear(100, packet(3, false, 160)), Some('3'));
        assert_eq!(receiver.hear(100, packet(3, true, 800)), None);
    }

    #[test]
    fn sending_ends_each_event_three_times() {
        let mut sender = Sender::default();
        sender.press("5x#");
        let sent: Vec<_> = (0..16).map(|_| sender.tick()).collect();
        let durations: Vec<_> = sent[..7].iter().map(|s| s.unwrap().payload.duration).collect();
        assert_eq!(durations, [160, 320, 480, 640, 800, 800, 800]);
        assert_eq!(sent[..8].iter().flatten().filter(|s| s.payload.end).count(), 3);
        assert!(sent[7].is_none() && sent[8].unwrap().first);
        assert_eq!(sent[8].unwrap().payload.event, 11);
        assert!(sender.tick().is_none());
    }

    proptest! {
        #[test]
        fn any_payload_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..12), timestamp: u32) {
            if let Some(event) = TelephoneEvent::parse(&bytes) {
                Receiver::default().hear(timestamp, event);
            }
        }
    }
}
