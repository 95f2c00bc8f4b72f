//! What a source's packets say about the network (RFC 3550 appendix A.1, A.3, A.8).

use std::time::Duration;

/// A step forward larger than this is a restart, not a loss (RFC 3550 appendix A.1).
const MAX_DROPOUT: u16 = 3000;
/// A step back smaller than this is a late packet.
const MAX_MISORDER: u16 = 100;

/// Reception of one synchronisation source, from its first packet on.
#[derive(Debug, Clone)]
pub struct Reception {
    base: u16,
    highest: u16,
    cycles: u32,
    received: u32,
    restart_at: Option<u16>,
    transit: u32,
    jitter_16ths: u32,
    expected_prior: u32,
    received_prior: u32,
}

impl Reception {
    pub fn new(sequence: u16, timestamp: u32, now: Duration) -> Self {
        Reception {
            base: sequence,
            highest: sequence,
            cycles: 0,
            received: 1,
            restart_at: None,
            transit: transit(timestamp, now),
            jitter_16ths: 0,
            expected_prior: 0,
            received_prior: 0,
        }
    }

    /// Count one packet more. `paced` is false for packets whose timestamp stands still.
    pub fn hear(&mut self, sequence: u16, timestamp: u32, paced: bool, now: Duration) {
        let step = sequence.wrapping_sub(self.highest);
        if step > 0 && step < MAX_DROPOUT {
            if sequence < self.highest {
                self.cycles = self.cycles.wrapping_add(1 << 16);
            }
            self.highest = sequence;
        } else if step != 0 && step <= u16::MAX - MAX_MISORDER {
            // Two in order after a jump: the sender began anew.
            if self.restart_at == Some(sequence) {
                *self = Reception::new(sequence, timestamp, now);
            } else {
                self.restart_at = Some(sequence.wrapping_add(1));
            }
            return;
        }
        self.received += 1;
        if paced {
            self.time(timestamp, now);
        }
    }

    fn time(&mut self, timestamp: u32, now: Duration) {
        let transit = transit(timestamp, now);
        let difference = (transit.wrapping_sub(self.transit) as i32).unsigned_abs().min(1 << 20);
        self.transit = transit;
        self.jitter_16ths =
            self.jitter_16ths + difference - self.jitter_16ths.saturating_add(8) / 16;
    }

    /// Jitter in timestamp units (RFC 3550 section 6.4.1).
    pub fn jitter(&self) -> u32 {
        self.jitter_16ths / 16
    }

    /// Packets that should have come and did not; late and doubled ones may make it too small.
    pub fn lost(&self) -> u32 {
        self.expected().saturating_sub(self.received)
    }

    /// The extended highest sequence number received.
    pub fn extended_highest(&self) -> u32 {
        self.cycles.wrapping_add(u32::from(self.highest))
    }

    /// The fraction lost since the last report, in 256ths (RFC 3550 appendix A.3).
    pub fn fraction_lost(&mut self) -> u8 {
        let expected = self.expected().wrapping_sub(self.expected_prior);
        let received = self.received.wrapping_sub(self.received_prior);
        self.expected_prior = self.expected();
        self.received_prior = self.received;
        match expected.checked_sub(received) {
            Some(lost) if expected > 0 => {
                (u64::from(lost) * 256 / u64::from(expected)).min(255) as u8
            }
            _ => 0,
        }
    }

    fn expected(&self) -> u32 {
        self.extended_highest().wrapping_sub(u32::from(self.base)).wrapping_add(1)
    }
}

fn transit(timestamp: u32, now: Duration) -> u32 {
    (crate::samples(now) as u32).wrapping_sub(timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn losses_are_counted_across_the_wrap() {
        let mut reception = Reception::new(65_534, 0, at(0));
        for (n, sequence) in [65_535, 1, 2].into_iter().enumerate() {
            reception.hear(sequence, 160 * (n as u32 + 1), true, at(20 * (n as u64 + 1)));
        }
        assert_eq!((reception.lost(), reception.extended_highest()), (1, 65_538));
        assert_eq!((reception.fraction_lost(), reception.fraction_lost()), (51, 0));
    }

    #[test]
    fn late_and_doubled_packets_lose_nothing() {
        let mut reception = Reception::new(1, 0, at(0));
        for sequence in [3, 2, 2, 4] {
            reception.hear(sequence, 0, false, at(1));
        }
        assert_eq!(reception.lost(), 0);
    }

    #[test]
    fn an_even_pace_has_no_jitter_and_an_uneven_one_has() {
        let mut even = Reception::new(0, 0, at(0));
        let mut uneven = even.clone();
        for n in 1..200u16 {
            let due = u64::from(n) * 20;
            even.hear(n, u32::from(n) * 160, true, at(due));
            uneven.hear(n, u32::from(n) * 160, true, at(due + u64::from(n % 2) * 10));
        }
        assert_eq!(even.jitter(), 0);
        assert!((70..90).contains(&uneven.jitter()), "{}", uneven.jitter());
    }

    #[test]
    fn a_restarted_sender_is_followed() {
        let mut reception = Reception::new(10, 0, at(0));
        reception.hear(40_000, 0, true, at(20));
        reception.hear(40_001, 160, true, at(40));
        assert_eq!((reception.extended_highest(), reception.lost()), (40_001, 0));
    }
}
