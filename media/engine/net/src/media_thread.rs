//! The thread that serves sockets, orders and the timer.

use std::collections::{HashMap, HashSet};
use std::io;
use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use segue_media_core::command::Command;
use segue_media_core::engine::Engine;
use segue_media_core::{Event, Outlet, Port, RecordingId, SessionId, TICK};

use crate::inbox::{Done, Inbox, Order};
use crate::outbox::{Notice, Outbox};
use crate::poll::{Epoll, Ready, TimerFd};
use crate::ports::Lease;
use crate::writer::Spool;

const TIMER: u64 = u64::MAX;
const ORDERS: u64 = u64::MAX - 1;
/// After a stall of the machine at most so many ticks are made up for.
const MAX_CATCH_UP: u64 = 10;
/// Longer than any RTP packet of a voice call.
const MAX_DATAGRAM: usize = 2048;

pub struct MediaThread {
    began: Instant,
    engine: Engine,
    epoll: Arc<Epoll>,
    timer: TimerFd,
    inbox: Arc<Inbox>,
    wire: Wire,
    recordings: HashSet<RecordingId>,
}

/// Where the engine's doings go.
struct Wire {
    leases: HashMap<SessionId, Lease>,
    outbox: Arc<Outbox>,
    spool: Spool,
}

impl MediaThread {
    pub fn new(
        epoll: Arc<Epoll>,
        inbox: Arc<Inbox>,
        outbox: Arc<Outbox>,
        spool: Spool,
    ) -> io::Result<Self> {
        let timer = TimerFd::every(TICK)?;
        epoll.add(timer.borrow(), TIMER)?;
        epoll.add(inbox.wake.borrow(), ORDERS)?;
        let wire = Wire { leases: HashMap::new(), outbox, spool };
        Ok(MediaThread {
            began: Instant::now(),
            engine: Engine::default(),
            epoll,
            timer,
            inbox,
            wire,
            recordings: HashSet::new(),
        })
    }

    /// Serve until told to shut down.
    pub fn run(mut self) {
        let mut ready = Ready::new();
        let mut buffer = [0; MAX_DATAGRAM];
        loop {
            self.epoll.wait(&mut ready);
            for token in ready.tokens() {
                match token {
                    TIMER => self.tick(),
                    ORDERS => {
                        if !self.take_orders() {
                            return self.shut_down();
                        }
                    }
                    socket => self.receive(socket, &mut buffer),
                }
            }
        }
    }

    fn now(&self) -> Duration {
        self.began.elapsed()
    }

    fn tick(&mut self) {
        for _ in 0..self.timer.expirations().min(MAX_CATCH_UP) {
            self.engine.tick(self.now(), &mut self.wire);
        }
    }

    /// One datagram a wake-up: a stream has seldom two waiting, and asking in vain costs as much
    /// as taking. What is left wakes us again.
    fn receive(&mut self, token: u64, buffer: &mut [u8]) {
        let (id, port) = from_token(token);
        let Some(lease) = self.wire.leases.get(&id) else { return };
        let socket = if port == Port::Rtp { &lease.rtp } else { &lease.rtcp };
        if let Ok((length, source)) = socket.recv_from(buffer) {
            let now = self.now();
            self.engine.receive(id, port, source, &buffer[..length], now, &mut self.wire);
        }
    }

    /// False if one of them was to shut down.
    fn take_orders(&mut self) -> bool {
        self.inbox.wake.clear();
        while let Some(order) = self.inbox.pop() {
            match order {
                Order::Do(command) => self.command(command),
                Order::Open(id, lease, command) => {
                    self.wire.leases.insert(id, lease);
                    self.command(command);
                }
                Order::CloseRecording(recording, done) => self.close_recording(recording, done),
                Order::Fence(done) => done.tell(),
                Order::Shutdown => return false,
            }
        }
        true
    }

    fn command(&mut self, command: Command) {
        let closed = match &command {
            Command::Close { session } => Some(*session),
            _ => None,
        };
        if let Command::OpenRecording { recording } = &command {
            self.recordings.insert(*recording);
        }
        self.engine.command(command, self.now(), &mut self.wire);
        if let Some(session) = closed {
            self.wire.leases.remove(&session);
        }
    }

    fn close_recording(&mut self, recording: RecordingId, done: Done) {
        if self.recordings.remove(&recording) {
            self.command(Command::CloseRecording { recording });
            self.wire.spool.close(recording, done);
        } else {
            done.tell();
        }
    }

    fn shut_down(&mut self) {
        for recording in std::mem::take(&mut self.recordings) {
            self.command(Command::CloseRecording { recording });
            self.wire.spool.close(recording, Done::default());
        }
        for session in self.wire.leases.keys().copied().collect::<Vec<_>>() {
            self.command(Command::Close { session });
        }
    }
}

impl Outlet for Wire {
    fn send(&mut self, session: SessionId, port: Port, to: SocketAddr, datagram: &[u8]) {
        if let Some(lease) = self.leases.get(&session) {
            let socket = if port == Port::Rtp { &lease.rtp } else { &lease.rtcp };
            // A full buffer or an unreachable peer loses the packet, as the network may.
            let _ = socket.send_to(datagram, to);
        }
    }

    fn event(&mut self, event: Event) {
        self.outbox.push(Notice::Media(event));
    }

    fn spool(&mut self, recording: RecordingId, block: Vec<u8>) {
        self.spool.write(recording, block);
    }
}

/// Wake the media thread for the lease's sockets; any thread may call it. What comes before the
/// session is open waits in the sockets.
pub fn watch(epoll: &Epoll, id: SessionId, lease: &Lease) -> io::Result<()> {
    epoll.add(lease.rtp.as_fd(), to_token(id, Port::Rtp))?;
    epoll.add(lease.rtcp.as_fd(), to_token(id, Port::Rtcp))
}

fn to_token(SessionId(id): SessionId, port: Port) -> u64 {
    id << 1 | u64::from(port == Port::Rtcp)
}

fn from_token(token: u64) -> (SessionId, Port) {
    (SessionId(token >> 1), if token & 1 == 0 { Port::Rtp } else { Port::Rtcp })
}
