//! Pairs of UDP ports out of a range: RTP on the even one, RTCP on the next (RFC 3550 section 11).

use std::io;
use std::net::{IpAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use crate::poll::set_option;

/// Several seconds of one stream.
const RECEIVE_BUFFER: libc::c_int = 512 * 1024;
/// DSCP Expedited Forwarding (RFC 4594 section 4.1).
const EXPEDITED: libc::c_int = 0xB8;

/// A range shared safely with other processes: a pair that somebody has bound is passed over.
pub struct PortPool {
    address: IpAddr,
    first: u16,
    taken: Mutex<Taken>,
    leased: AtomicUsize,
}

struct Taken {
    pairs: Vec<bool>,
    next: usize,
}

/// A bound pair; dropping it gives it back.
pub struct Lease {
    pub rtp: UdpSocket,
    pub rtcp: UdpSocket,
    pub port: u16,
    index: usize,
    pool: Arc<PortPool>,
}

impl PortPool {
    /// `seed` says where in the range to begin, so that processes seldom meet.
    pub fn new(address: IpAddr, low: u16, high: u16, seed: usize) -> Self {
        let first = low.saturating_add(low & 1);
        let count = (usize::from(high) + 1).saturating_sub(usize::from(first)) / 2;
        let taken = Taken { pairs: vec![false; count], next: seed % count.max(1) };
        PortPool { address, first, taken: Mutex::new(taken), leased: AtomicUsize::new(0) }
    }

    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// Pairs that are bound now.
    pub fn leased(&self) -> usize {
        self.leased.load(Relaxed)
    }

    /// The next free pair after the one leased last, so that a port rests before it comes again.
    /// None if there is no free one.
    pub fn lease(self: &Arc<Self>) -> io::Result<Option<Lease>> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.pairs.len();
        for step in 0..count {
            let index = (taken.next + step) % count;
            if taken.pairs[index] {
                continue;
            }
            let port = self.first + 2 * index as u16;
            let Some((rtp, rtcp)) = self.bind(port)? else { continue };
            taken.pairs[index] = true;
            taken.next = (index + 1) % count;
            self.leased.fetch_add(1, Relaxed);
            return Ok(Some(Lease { rtp, rtcp, port, index, pool: Arc::clone(self) }));
        }
        Ok(None)
    }

    fn bind(&self, port: u16) -> io::Result<Option<(UdpSocket, UdpSocket)>> {
        let pair = self.socket(port).and_then(|rtp| Ok((rtp, self.socket(port + 1)?)));
        match pair {
            Ok(pair) => Ok(Some(pair)),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn socket(&self, port: u16) -> io::Result<UdpSocket> {
        let socket = UdpSocket::bind((self.address, port))?;
        socket.set_nonblocking(true)?;
        let fd = socket.as_raw_fd();
        set_option(fd, libc::SOL_SOCKET, libc::SO_RCVBUF, RECEIVE_BUFFER);
        match self.address {
            IpAddr::V4(_) => set_option(fd, libc::IPPROTO_IP, libc::IP_TOS, EXPEDITED),
            IpAddr::V6(_) => set_option(fd, libc::IPPROTO_IPV6, libc::IPV6_TCLASS, EXPEDITED),
        }
        Ok(socket)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut taken = self.pool.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.pairs[self.index] = false;
        self.pool.leased.fetch_sub(1, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[test]
    fn pairs_are_even_busy_ones_are_passed_over_and_all_come_back() {
        // An odd port below the ephemeral range that differs from run to run.
        let free = UdpSocket::bind((HERE, 0)).unwrap().local_addr().unwrap().port();
        let base = (free / 3) | 1;
        let _squatter = UdpSocket::bind((HERE, base + 4)).unwrap();
        let pool = Arc::new(PortPool::new(HERE, base, base + 7, 0));
        let leases: Vec<_> = std::iter::from_fn(|| pool.lease().unwrap()).collect();
        let ports: Vec<_> = leases.iter().map(|lease| lease.port).collect();
        assert_eq!(
            ports,
            [base + 1, base + 5],
            "of three pairs one is busy; the last even port has no partner"
        );
        assert_eq!(pool.leased(), 2);
        drop(leases);
        assert_eq!(pool.leased(), 0);
        assert!(pool.lease().unwrap().is_some());
    }

    #[test]
    fn a_wrong_address_is_an_error_and_not_an_empty_range() {
        let elsewhere = "192.0.2.1".parse().unwrap();
        assert!(Arc::new(PortPool::new(elsewhere, 40_000, 40_010, 0)).lease().is_err());
    }
}
