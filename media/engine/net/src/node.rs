//! The handles that the application holds. All calls return at once, except where they say so.

use std::fmt;
use std::fs::OpenOptions;
use std::io;
use std::net::IpAddr;
use std::os::fd::RawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{
    AtomicBool, AtomicU64, Ordering::AcqRel, Ordering::Acquire, Ordering::Relaxed,
};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use segue_media_core::command::{Command, Remote};
use segue_media_core::counters::Counters;
use segue_media_core::playout::Prompt;
use segue_media_core::recording::Track;
use segue_media_core::stream::Identity;
use segue_media_core::{PlayId, RecordingId, SessionId};

use crate::inbox::{Done, Inbox, Order};
use crate::media_thread::{MediaThread, watch};
use crate::outbox::{Notice, Outbox};
use crate::poll::{Epoll, random};
use crate::ports::PortPool;
use crate::writer::{self, Spool};

/// A disk that has not taken half a second of audio by then is left to finish by itself.
const WRITE_LIMIT: Duration = Duration::from_millis(500);
const FENCE_LIMIT: Duration = Duration::from_millis(500);

/// Why the node refused.
#[derive(Debug)]
pub enum RefusedError {
    PortsExhausted,
    Socket(io::Error),
    Spool(PathBuf, io::Error),
    Closed,
}

impl fmt::Display for RefusedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RefusedError::PortsExhausted => f.write_str("no free pair of RTP ports is left"),
            RefusedError::Socket(error) => write!(f, "cannot open an RTP port: {error}"),
            RefusedError::Spool(path, error) => {
                write!(f, "cannot write {}: {error}", path.display())
            }
            RefusedError::Closed => f.write_str("the media engine is closed"),
        }
    }
}

struct Shared {
    epoll: Arc<Epoll>,
    inbox: Arc<Inbox>,
    outbox: Arc<Outbox>,
    ports: Arc<PortPool>,
    next_id: AtomicU64,
    closed: AtomicBool,
}

impl Shared {
    fn id(&self) -> u64 {
        self.next_id.fetch_add(1, Relaxed)
    }

    fn order(&self, command: Command) {
        self.inbox.push(Order::Do(command));
    }
}

/// The media of one process: its threads and its ports.
pub struct Node {
    shared: Arc<Shared>,
    running: Mutex<Option<Running>>,
}

struct Running {
    spool: Spool,
    threads: Vec<JoinHandle<()>>,
}

impl Node {
    /// Start the threads. `low` and `high` bound the RTP ports, both included.
    pub fn start(address: IpAddr, low: u16, high: u16) -> io::Result<Self> {
        let seed = usize::from(u16::from_ne_bytes(random()?));
        let outbox = Arc::new(Outbox::new()?);
        let inbox = Arc::new(Inbox::new()?);
        let (spool, writer) = writer::start(Arc::clone(&outbox))?;
        let epoll = Arc::new(Epoll::new()?);
        let media = MediaThread::new(
            Arc::clone(&epoll),
            Arc::clone(&inbox),
            Arc::clone(&outbox),
            spool.clone(),
        )?;
        let media = thread::Builder::new().name("segue-media".into()).spawn(|| media.run())?;
        let shared = Shared {
            epoll,
            inbox,
            outbox,
            ports: Arc::new(PortPool::new(address, low, high, seed)),
            next_id: AtomicU64::new(1),
            closed: AtomicBool::new(false),
        };
        let running = Running { spool, threads: vec![media, writer] };
        Ok(Node { shared: Arc::new(shared), running: Mutex::new(Some(running)) })
    }

    /// Readable when there are notices.
    pub fn raw_fd(&self) -> RawFd {
        self.shared.outbox.raw_fd()
    }

    pub fn drain(&self) -> Vec<Notice> {
        self.shared.outbox.drain()
    }

    pub fn open_session(&self, timeout: Duration) -> Result<Session, RefusedError> {
        if self.shared.closed.load(Acquire) {
            return Err(RefusedError::Closed);
        }
        let lease = self.shared.ports.lease().map_err(RefusedError::Socket)?;
        let lease = lease.ok_or(RefusedError::PortsExhausted)?;
        let identity = identity().map_err(RefusedError::Socket)?;
        let id = SessionId(self.shared.id());
        watch(&self.shared.epoll, id, &lease).map_err(RefusedError::Socket)?;
        let counters = Arc::new(Counters::default());
        let port = lease.port;
        let open =
            Command::Open { session: id, identity, counters: Arc::clone(&counters), timeout };
        self.shared.inbox.push(Order::Open(id, lease, open));
        let shared = Arc::clone(&self.shared);
        Ok(Session { shared, id, port, counters, closed: AtomicBool::new(false) })
    }

    /// Create the spool file, which must not exist yet.
    pub fn open_recording(&self, path: &Path) -> Result<Recording, RefusedError> {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let spool = &running.as_ref().ok_or(RefusedError::Closed)?.spool;
        let file = OpenOptions::new()
            .append(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(|error| RefusedError::Spool(path.to_owned(), error))?;
        let id = RecordingId(self.shared.id());
        spool.open(id, file, path.to_owned());
        self.shared.order(Command::OpenRecording { recording: id });
        Ok(Recording { shared: Arc::clone(&self.shared), id, closed: AtomicBool::new(false) })
    }

    /// How many sessions hold ports, after all earlier orders; waits for the media thread.
    pub fn sessions_open(&self) -> usize {
        if !self.shared.closed.load(Acquire) {
            let done = Done::default();
            self.shared.inbox.push(Order::Fence(done.clone()));
            done.wait(FENCE_LIMIT);
        }
        self.shared.ports.leased()
    }

    /// End all sessions and recordings and wait for the threads. Idempotent.
    pub fn close(&self) {
        self.shared.closed.store(true, Relaxed);
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Running { spool, threads }) = running else { return };
        drop(spool);
        self.shared.inbox.push(Order::Shutdown);
        for thread in threads {
            // A thread that panicked has said so already.
            let _ = thread.join();
        }
        // Sessions that were ordered after the shutdown give their ports back here.
        while self.shared.inbox.pop().is_some() {}
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.close();
    }
}

fn identity() -> io::Result<Identity> {
    let [a, b, c, d, e, f, g, h, i, j] = random()?;
    Ok(Identity {
        ssrc: u32::from_ne_bytes([a, b, c, d]),
        sequence: u16::from_ne_bytes([e, f]),
        timestamp: u32::from_ne_bytes([g, h, i, j]),
    })
}

/// One leg. Dropping it closes it.
pub struct Session {
    shared: Arc<Shared>,
    pub id: SessionId,
    pub port: u16,
    pub counters: Arc<Counters>,
    closed: AtomicBool,
}

impl Session {
    pub fn address(&self) -> IpAddr {
        self.shared.ports.address()
    }

    pub fn set_remote(&self, remote: Remote) {
        self.shared.order(Command::SetRemote { session: self.id, remote });
    }

    pub fn play(&self, prompts: Vec<Prompt>, looping: bool) -> PlayId {
        let play = PlayId(self.shared.id());
        self.shared.order(Command::Play { session: self.id, play, prompts, looping });
        play
    }

    pub fn stop(&self) {
        self.shared.order(Command::Stop { session: self.id });
    }

    pub fn send_dtmf(&self, keys: String) {
        self.shared.order(Command::SendDtmf { session: self.id, keys });
    }

    pub fn mute(&self, muted: bool) {
        self.shared.order(Command::Mute { session: self.id, muted });
    }

    pub fn bridge(&self, other: &Session) {
        self.shared.order(Command::Bridge { one: self.id, other: other.id });
    }

    pub fn unbridge(&self) {
        self.shared.order(Command::Unbridge { session: self.id });
    }

    pub fn record(&self, recording: &Recording, track: Track) {
        let recording = recording.id;
        self.shared.order(Command::Record { session: self.id, recording, track });
    }

    pub fn stop_recording(&self) {
        self.shared.order(Command::StopRecording { session: self.id });
    }

    pub fn close(&self) {
        if !self.closed.swap(true, AcqRel) {
            self.shared.order(Command::Close { session: self.id });
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.close();
    }
}

/// One spool file. Dropping it ends the recording without waiting.
pub struct Recording {
    shared: Arc<Shared>,
    pub id: RecordingId,
    closed: AtomicBool,
}

impl Recording {
    pub fn pause(&self, paused: bool) {
        self.shared.order(Command::Pause { recording: self.id, paused });
    }

    pub fn mask(&self, masked: bool) {
        self.shared.order(Command::Mask { recording: self.id, masked });
    }

    /// Waits, for a moment at most, until everything is in the file. Idempotent.
    pub fn close(&self) {
        if let Some(done) = self.end() {
            done.wait(WRITE_LIMIT);
        }
    }

    fn end(&self) -> Option<Done> {
        if self.closed.swap(true, AcqRel) || self.shared.closed.load(Acquire) {
            return None;
        }
        let done = Done::default();
        self.shared.inbox.push(Order::CloseRecording(self.id, done.clone()));
        Some(done)
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.end();
    }
}
