//! RTCP: sender and receiver reports, source descriptions, goodbyes (RFC 3550 section 6).

use std::time::Duration;

use crate::rtp::Malformed;

/// How often a session reports.
pub const INTERVAL: Duration = Duration::from_secs(5);

const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const SOURCE_DESCRIPTION: u8 = 202;
const BYE: u8 = 203;
const CNAME: u8 = 1;
const BLOCK_LEN: usize = 24;

/// What one listener heard of one source (section 6.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportBlock {
    pub ssrc: u32,
    pub fraction_lost: u8,
    /// 24 bits.
    pub lost: u32,
    pub extended_highest: u32,
    pub jitter: u32,
    /// The middle 32 bits of the NTP time of the last sender report, and the time since then in
    /// 65536ths of a second.
    pub last_report: u32,
    pub delay: u32,
}

/// The sender's side of a sender report; `ntp` in 32.32 fixed point since 1900.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SenderInfo {
    pub ntp: u64,
    pub timestamp: u32,
    pub packets: u32,
    pub octets: u32,
}

/// One packet of a compound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    Sender { ssrc: u32, info: SenderInfo, blocks: Vec<ReportBlock> },
    Receiver { ssrc: u32, blocks: Vec<ReportBlock> },
    Bye { sources: Vec<u32> },
}

/// Read a compound packet; other types in it are read over.
pub fn parse(datagram: &[u8]) -> Result<Vec<Report>, Malformed> {
    let mut reports = Vec::new();
    let mut rest = datagram;
    while !rest.is_empty() {
        let head = rest.first_chunk::<4>().ok_or(Malformed::Short)?;
        if head[0] >> 6 != 2 {
            return Err(Malformed::Version);
        }
        let length = 4 * usize::from(u16::from_be_bytes([head[2], head[3]]));
        let body = rest.get(4..4 + length).ok_or(Malformed::Short)?;
        let count = usize::from(head[0] & 0x1F);
        match head[1] {
            SENDER_REPORT => reports.push(sender(body, count)?),
            RECEIVER_REPORT => reports
                .push(Report::Receiver { ssrc: word(body, 0)?, blocks: blocks(body, 4, count)? }),
            BYE => {
                let sources: Result<_, _> = (0..count).map(|n| word(body, 4 * n)).collect();
                reports.push(Report::Bye { sources: sources? });
            }
            _ => {}
        }
        rest = &rest[4 + length..];
    }
    Ok(reports)
}

fn sender(body: &[u8], count: usize) -> Result<Report, Malformed> {
    let info = SenderInfo {
        ntp: u64::from(word(body, 4)?) << 32 | u64::from(word(body, 8)?),
        timestamp: word(body, 12)?,
        packets: word(body, 16)?,
        octets: word(body, 20)?,
    };
    Ok(Report::Sender { ssrc: word(body, 0)?, info, blocks: blocks(body, 24, count)? })
}

fn blocks(body: &[u8], start: usize, count: usize) -> Result<Vec<ReportBlock>, Malformed> {
    (0..count).map(|n| block(body, start + BLOCK_LEN * n)).collect()
}

fn block(body: &[u8], at: usize) -> Result<ReportBlock, Malformed> {
    let losses = word(body, at + 4)?;
    Ok(ReportBlock {
        ssrc: word(body, at)?,
        fraction_lost: (losses >> 24) as u8,
        lost: losses & 0x00FF_FFFF,
        extended_highest: word(body, at + 8)?,
        jitter: word(body, at + 12)?,
        last_report: word(body, at + 16)?,
        delay: word(body, at + 20)?,
    })
}

fn word(body: &[u8], at: usize) -> Result<u32, Malformed> {
    let bytes = body.get(at..at + 4).and_then(|b| b.first_chunk()).ok_or(Malformed::Short)?;
    Ok(u32::from_be_bytes(*bytes))
}

/// A compound of a report and the canonical name (section 6.1): a sender report if there is
/// `info`, else a receiver report.
pub fn write_report(
    ssrc: u32,
    info: Option<SenderInfo>,
    heard: Option<ReportBlock>,
    cname: &str,
    out: &mut Vec<u8>,
) {
    out.clear();
    let count = u8::from(heard.is_some());
    let kind = if info.is_some() { SENDER_REPORT } else { RECEIVER_REPORT };
    let mut body = ssrc.to_be_bytes().to_vec();
    if let Some(info) = info {
        body.extend_from_slice(&info.ntp.to_be_bytes());
        for value in [info.timestamp, info.packets, info.octets] {
            body.extend_from_slice(&value.to_be_bytes());
        }
    }
    if let Some(block) = heard {
        let losses = u32::from(block.fraction_lost) << 24 | block.lost.min(0x007F_FFFF);
        let values = [
            block.ssrc,
            losses,
            block.extended_highest,
            block.jitter,
            block.last_report,
            block.delay,
        ];
        for value in values {
            body.extend_from_slice(&value.to_be_bytes());
        }
    }
    push(count, kind, &body, out);
    let mut name = ssrc.to_be_bytes().to_vec();
    name.extend_from_slice(&[CNAME, cname.len() as u8]);
    name.extend_from_slice(cname.as_bytes());
    name.resize(name.len() / 4 * 4 + 4, 0);
    push(1, SOURCE_DESCRIPTION, &name, out);
}

/// A compound that says goodbye (section 6.6).
pub fn write_bye(ssrc: u32, cname: &str, out: &mut Vec<u8>) {
    write_report(ssrc, None, None, cname, out);
    push(1, BYE, &ssrc.to_be_bytes(), out);
}

fn push(count: u8, kind: u8, body: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&[0x80 | count, kind]);
    out.extend_from_slice(&((body.len() / 4) as u16).to_be_bytes());
    out.extend_from_slice(body);
}

/// The middle 32 bits of an NTP time.
pub fn middle(ntp: u64) -> u32 {
    (ntp >> 16) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_written_compound_is_read_again() {
        let info = SenderInfo { ntp: 0x0123_4567_89AB_CDEF, timestamp: 7, packets: 8, octets: 9 };
        let block = ReportBlock {
            ssrc: 5,
            fraction_lost: 3,
            lost: 70_000,
            extended_highest: 80_000,
            jitter: 12,
            last_report: middle(info.ntp),
            delay: 65_536,
        };
        let mut out = vec![];
        write_report(1, Some(info), Some(block), "segue@x", &mut out);
        assert_eq!(out.len() % 4, 0);
        let told = Report::Sender { ssrc: 1, info, blocks: vec![block] };
        assert_eq!(parse(&out).unwrap(), [told]);
        write_bye(1, "segue", &mut out);
        let told = [Report::Receiver { ssrc: 1, blocks: vec![] }, Report::Bye { sources: vec![1] }];
        assert_eq!(parse(&out).unwrap(), told);
    }

    proptest! {
        #[test]
        fn any_bytes_give_reports_or_a_reason(
            kind in 198u8..206, first in 0x7Eu8..0xA4, bytes in prop::collection::vec(any::<u8>(), 0..90)
        ) {
            let mut datagram = vec![first, kind];
            datagram.extend(bytes);
            let _ = parse(&datagram);
        }
    }
}
