//! Epoll, eventfd and timerfd: the only unsafe code.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::time::Duration;

const MAX_READY: usize = 512;

/// Takes a system call's answer apart.
fn checked(answer: libc::c_int) -> io::Result<libc::c_int> {
    if answer < 0 { Err(io::Error::last_os_error()) } else { Ok(answer) }
}

fn owned(answer: libc::c_int) -> io::Result<OwnedFd> {
    // SAFETY: a descriptor that the kernel has just made belongs to nobody else.
    checked(answer).map(|fd| unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Level-triggered readiness of many descriptors; any thread may add one.
pub struct Epoll(OwnedFd);

/// Room for what one wait finds.
pub struct Ready(Vec<libc::epoll_event>);

impl Ready {
    pub fn new() -> Self {
        Ready(Vec::with_capacity(MAX_READY))
    }

    /// The tokens of what is ready.
    pub fn tokens(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().map(|event| event.u64)
    }
}

impl Epoll {
    pub fn new() -> io::Result<Self> {
        // SAFETY: takes no pointers.
        owned(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) }).map(Epoll)
    }

    /// Watch for input until the descriptor is closed.
    pub fn add(&self, fd: BorrowedFd<'_>, token: u64) -> io::Result<()> {
        let mut event = libc::epoll_event { events: libc::EPOLLIN as u32, u64: token };
        let (epoll, fd) = (self.0.as_raw_fd(), fd.as_raw_fd());
        // SAFETY: `event` lives through the call; both descriptors are open.
        checked(unsafe { libc::epoll_ctl(epoll, libc::EPOLL_CTL_ADD, fd, &raw mut event) })?;
        Ok(())
    }

    /// Wait for input.
    pub fn wait(&self, ready: &mut Ready) {
        ready.0.clear();
        let (fd, events) = (self.0.as_raw_fd(), ready.0.as_mut_ptr());
        // SAFETY: `events` has room for MAX_READY of them and lives through the call.
        let count = unsafe { libc::epoll_wait(fd, events, MAX_READY as libc::c_int, -1) };
        // An interrupted wait is a wait without result.
        // SAFETY: the kernel has filled that many.
        unsafe { ready.0.set_len(count.max(0) as usize) };
    }
}

/// A counter that wakes its reader.
pub struct EventFd(OwnedFd);

impl EventFd {
    pub fn new() -> io::Result<Self> {
        // SAFETY: takes no pointers.
        owned(unsafe { libc::eventfd(0, libc::EFD_NONBLOCK | libc::EFD_CLOEXEC) }).map(EventFd)
    }

    pub fn raw(&self) -> RawFd {
        self.0.as_raw_fd()
    }

    pub fn borrow(&self) -> BorrowedFd<'_> {
        std::os::fd::AsFd::as_fd(&self.0)
    }

    pub fn signal(&self) {
        let one = 1u64.to_ne_bytes();
        // SAFETY: eight readable bytes. A full counter has its reader awake already.
        unsafe { libc::write(self.raw(), one.as_ptr().cast(), one.len()) };
    }

    pub fn clear(&self) -> u64 {
        read_u64(self.raw())
    }
}

/// A periodic timer.
pub struct TimerFd(OwnedFd);

impl TimerFd {
    pub fn every(period: Duration) -> io::Result<Self> {
        let flags = libc::TFD_NONBLOCK | libc::TFD_CLOEXEC;
        // SAFETY: takes no pointers.
        let fd = owned(unsafe { libc::timerfd_create(libc::CLOCK_MONOTONIC, flags) })?;
        let step = libc::timespec {
            tv_sec: period.as_secs() as libc::time_t,
            tv_nsec: period.subsec_nanos() as libc::c_long,
        };
        let timing = libc::itimerspec { it_interval: step, it_value: step };
        // SAFETY: `timing` lives through the call, the old value is not asked for.
        checked(unsafe {
            libc::timerfd_settime(fd.as_raw_fd(), 0, &raw const timing, std::ptr::null_mut())
        })?;
        Ok(TimerFd(fd))
    }

    pub fn borrow(&self) -> BorrowedFd<'_> {
        std::os::fd::AsFd::as_fd(&self.0)
    }

    /// How many periods have passed since the last call.
    pub fn expirations(&self) -> u64 {
        read_u64(self.0.as_raw_fd())
    }
}

fn read_u64(fd: RawFd) -> u64 {
    let mut bytes = [0u8; 8];
    // SAFETY: eight writable bytes.
    let count = unsafe { libc::read(fd, bytes.as_mut_ptr().cast(), bytes.len()) };
    if count == 8 { u64::from_ne_bytes(bytes) } else { 0 }
}

/// Bytes from the kernel's random source.
pub fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0u8; N];
    // SAFETY: N writable bytes; requests of up to 256 bytes are never cut short.
    let count = unsafe { libc::getrandom(bytes.as_mut_ptr().cast(), N, 0) };
    if count == N as isize { Ok(bytes) } else { Err(io::Error::last_os_error()) }
}

/// Set an integer option of a socket; a kernel that refuses it does without.
pub fn set_option(fd: RawFd, level: libc::c_int, option: libc::c_int, value: libc::c_int) {
    let length = size_of::<libc::c_int>() as libc::socklen_t;
    // SAFETY: `value` lives through the call and has `length` bytes.
    unsafe { libc::setsockopt(fd, level, option, (&raw const value).cast(), length) };
}
