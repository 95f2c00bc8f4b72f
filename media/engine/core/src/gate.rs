//! Whose packets are taken: the signalled address alone, or whoever wins the learning window.

use std::net::{IpAddr, SocketAddr};

/// Consecutive packets that make a run from the signalling host or the signalled address, and for
/// a new SSRC (RFC 3550 appendix A.1, MIN_SEQUENTIAL).
const TRUSTED_RUN: u8 = 2;
/// Consecutive packets that make a run from anywhere else.
const STRANGER_RUN: u8 = 5;
/// Sources watched at once while learning.
const CANDIDATES: usize = 4;

/// What to do with a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Take it.
    Admit,
    /// Take it; it is the first of a new source.
    AdmitNew,
    /// Leave it; a few more of its kind and they will be taken.
    Wait,
    /// A stranger's.
    Refuse,
}

#[derive(Debug, Clone, Copy)]
struct Candidate {
    source: SocketAddr,
    ssrc: u32,
    next: u16,
    run: u8,
}

/// The media address rule of one offer/answer.
#[derive(Debug)]
pub struct Gate {
    signalled: SocketAddr,
    signalling_host: Option<IpAddr>,
    learning: bool,
    peer: SocketAddr,
    ssrc: Option<u32>,
    candidates: Vec<Candidate>,
}

impl Gate {
    /// Only packets from `signalled` are taken.
    pub fn strict(signalled: SocketAddr) -> Self {
        Gate {
            signalled,
            signalling_host: None,
            learning: false,
            peer: signalled,
            ssrc: None,
            candidates: Vec::new(),
        }
    }

    /// The first good run of packets decides; a short one from `host` or `signalled` will do.
    pub fn learning(signalled: SocketAddr, host: Option<IpAddr>) -> Self {
        Gate { signalling_host: host, learning: true, ..Gate::strict(signalled) }
    }

    /// Until something is learnt, send there.
    pub fn sending_to(self, peer: SocketAddr) -> Self {
        Gate { peer, ..self }
    }

    /// Where to send.
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// The source that is listened to, once there is one.
    pub fn ssrc(&self) -> Option<u32> {
        self.ssrc
    }

    /// Judge a packet whose payload type was offered.
    pub fn admit(&mut self, source: SocketAddr, ssrc: u32, sequence: u16) -> Verdict {
        if self.learning {
            return self.learn(source, ssrc, sequence);
        }
        if source != self.peer {
            return Verdict::Refuse;
        }
        match self.ssrc {
            Some(known) if known == ssrc => Verdict::Admit,
            Some(_) => self.watch(source, ssrc, sequence, TRUSTED_RUN),
            None => {
                self.ssrc = Some(ssrc);
                Verdict::AdmitNew
            }
        }
    }

    fn learn(&mut self, source: SocketAddr, ssrc: u32, sequence: u16) -> Verdict {
        let trusted = source == self.signalled || Some(source.ip()) == self.signalling_host;
        self.watch(source, ssrc, sequence, if trusted { TRUSTED_RUN } else { STRANGER_RUN })
    }

    fn watch(&mut self, source: SocketAddr, ssrc: u32, sequence: u16, needed: u8) -> Verdict {
        let next = sequence.wrapping_add(1);
        let known = self.candidates.iter_mut().find(|c| c.source == source && c.ssrc == ssrc);
        let run = match known {
            Some(candidate) => {
                candidate.run = if candidate.next == sequence { candidate.run + 1 } else { 1 };
                candidate.next = next;
                candidate.run
            }
            None => {
                // The oldest goes: a spray of forged sources must not shut out the real one
                // for longer than the spray lasts.
                if self.candidates.len() == CANDIDATES {
                    self.candidates.remove(0);
                }
                self.candidates.push(Candidate { source, ssrc, next, run: 1 });
                1
            }
        };
        if run < needed {
            return Verdict::Wait;
        }
        self.learning = false;
        self.peer = source;
        self.ssrc = Some(ssrc);
        self.candidates.clear();
        Verdict::AdmitNew
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict::*;
    use super::*;

    fn from(address: &str) -> SocketAddr {
        address.parse().unwrap()
    }

    #[test]
    fn strict_takes_the_signalled_address_alone() {
        let mut gate = Gate::strict(from("10.0.0.1:4000"));
        assert_eq!(gate.admit(from("10.0.0.1:4000"), 7, 1), AdmitNew);
        assert_eq!(gate.admit(from("10.0.0.1:4000"), 7, 2), Admit);
        assert_eq!(gate.admit(from("10.0.0.1:4002"), 7, 3), Refuse);
        assert_eq!(gate.admit(from("10.0.0.2:4000"), 7, 3), Refuse);
    }

    #[test]
    fn a_new_ssrc_is_taken_after_two_in_sequence() {
        let mut gate = Gate::strict(from("10.0.0.1:4000"));
        gate.admit(from("10.0.0.1:4000"), 7, 1);
        assert_eq!(gate.admit(from("10.0.0.1:4000"), 8, 50), Wait);
        assert_eq!(gate.admit(from("10.0.0.1:4000"), 7, 2), Admit, "the old one goes on");
        assert_eq!(gate.admit(from("10.0.0.1:4000"), 8, 51), AdmitNew);
        assert_eq!(gate.ssrc(), Some(8));
    }

    #[test]
    fn learning_prefers_the_signalling_host_and_closes_after_a_run() {
        let host = from("203.0.113.5:1");
        let mut gate = Gate::learning(from("192.168.1.2:4000"), Some(host.ip()));
        let (stranger, caller) = (from("198.51.100.9:5000"), from("203.0.113.5:31000"));
        for sequence in 0..4 {
            assert_eq!(gate.admit(stranger, 66, sequence), Wait);
        }
        assert_eq!(gate.admit(caller, 7, 100), Wait);
        assert_eq!(gate.admit(caller, 7, 101), AdmitNew);
        assert_eq!(gate.admit(stranger, 66, 4), Refuse);
        assert_eq!(gate.peer(), caller);
    }

    #[test]
    fn learning_takes_another_address_when_nobody_else_talks() {
        let mut gate = Gate::learning(from("192.168.1.2:4000"), None);
        let elsewhere = from("198.51.100.9:5000");
        let verdicts: Vec<_> = (0..6).map(|n| gate.admit(elsewhere, 7, n)).collect();
        assert_eq!(verdicts, [Wait, Wait, Wait, Wait, AdmitNew, Admit]);
    }

    #[test]
    fn a_spray_of_sources_takes_no_more_memory_and_does_not_win() {
        let mut gate = Gate::learning(from("192.168.1.2:4000"), None);
        for n in 0..5000u16 {
            assert_eq!(gate.admit(from("198.51.100.9:5000"), u32::from(n), n), Wait);
        }
        assert!(gate.candidates.len() <= CANDIDATES);
    }
}
