//! Orders on their way to the media thread.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use crossbeam_queue::SegQueue;
use segue_media_core::command::Command;
use segue_media_core::{RecordingId, SessionId};

use crate::poll::EventFd;
use crate::ports::Lease;

/// What the media thread is asked to do.
pub enum Order {
    Do(Command),
    /// Serve these sockets for the session that the command opens.
    Open(SessionId, Lease, Command),
    /// `done` once everything of the recording is written.
    CloseRecording(RecordingId, Done),
    /// `done` once all earlier orders are carried out.
    Fence(Done),
    Shutdown,
}

/// Filled by any thread, emptied by the media thread.
pub struct Inbox {
    queue: SegQueue<Order>,
    pub wake: EventFd,
}

impl Inbox {
    pub fn new() -> std::io::Result<Self> {
        Ok(Inbox { queue: SegQueue::new(), wake: EventFd::new()? })
    }

    pub fn push(&self, order: Order) {
        self.queue.push(order);
        self.wake.signal();
    }

    pub fn pop(&self) -> Option<Order> {
        self.queue.pop()
    }
}

/// One thread tells another that something is done.
#[derive(Clone, Default)]
pub struct Done(Arc<(Mutex<bool>, Condvar)>);

impl Done {
    pub fn tell(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }

    /// Wait for it, at most so long; says whether it is done.
    pub fn wait(&self, limit: Duration) -> bool {
        let told = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.1.wait_timeout_while(told, limit, |told| !*told);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}
