//! Notices on their way to the application.

use std::os::fd::RawFd;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering::AcqRel, Ordering::Release};

use crossbeam_queue::SegQueue;
use segue_media_core::Event;

use crate::poll::EventFd;

/// What the application hears of.
#[derive(Debug)]
pub enum Notice {
    Media(Event),
    RecordingFailed { path: PathBuf, reason: String },
}

/// Filled by the engine's threads, emptied by the application's loop when the eventfd is readable.
pub struct Outbox {
    queue: SegQueue<Notice>,
    wake: EventFd,
    /// Whether the reader must be woken: one wake-up serves a burst.
    armed: AtomicBool,
}

impl Outbox {
    pub fn new() -> std::io::Result<Self> {
        let wake = EventFd::new()?;
        Ok(Outbox { queue: SegQueue::new(), wake, armed: AtomicBool::new(true) })
    }

    pub fn raw_fd(&self) -> RawFd {
        self.wake.raw()
    }

    pub fn push(&self, notice: Notice) {
        self.queue.push(notice);
        if self.armed.swap(false, AcqRel) {
            self.wake.signal();
        }
    }

    /// Everything that is queued, in order.
    pub fn drain(&self) -> Vec<Notice> {
        self.wake.clear();
        // Armed before the queue is emptied: what comes in between wakes the reader once more.
        self.armed.store(true, Release);
        std::iter::from_fn(|| self.queue.pop()).collect()
    }
}
