//! A session's RTCP.

use std::net::SocketAddr;
use std::time::Duration;

use super::{Context, Session, is_host};
use crate::rtcp::{self, ReportBlock, SenderInfo};
use crate::{Outlet, Port};

impl Session {
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

    /// Say goodbye to the far end.
    pub fn leave<O: Outlet>(&mut self, context: &mut Context<'_, O>) {
        let far = self.far.as_ref().filter(|far| is_host(far.rtcp));
        if let (Some(far), (1.., _, _)) = (far, self.stream.sent()) {
            rtcp::write_bye(self.stream.ssrc(), &self.cname(), context.datagram);
            context.out.send(self.id, Port::Rtcp, far.rtcp, context.datagram);
        }
    }

    pub(super) fn report<O: Outlet>(&mut self, context: &mut Context<'_, O>) {
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
        let Some(far) = self.far.as_ref().filter(|far| is_host(far.rtcp)) else { return };
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
