//! A session's counters: written by the media thread alone, read by anyone.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }

    pub(crate) fn set(&self, value: u64) {
        self.0.store(value, Relaxed);
    }

    /// A plain load and store: there is one writer.
    pub(crate) fn count(&self) {
        self.set(self.get() + 1);
    }
}

#[derive(Debug, Default)]
pub struct Counters {
    pub received: Counter,
    pub sent: Counter,
    pub lost: Counter,
    pub refused: Counter,
    /// In samples.
    pub jitter: Counter,
}
