//! The thread that writes spool files.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use segue_media_core::RecordingId;

use crate::inbox::Done;
use crate::outbox::{Notice, Outbox};

/// Blocks waiting for the disk beyond this are dropped.
const MAX_QUEUED: usize = 16 << 20;

enum Job {
    Open(RecordingId, File, PathBuf),
    Write(RecordingId, Vec<u8>),
    Lost(RecordingId),
    Close(RecordingId, Done),
}

/// Where blocks are handed in; never waits for the disk.
#[derive(Clone)]
pub struct Spool {
    jobs: Sender<Job>,
    queued: Arc<AtomicUsize>,
}

impl Spool {
    pub fn open(&self, recording: RecordingId, file: File, path: PathBuf) {
        self.put(Job::Open(recording, file, path));
    }

    /// If the disk is too far behind, the block is lost and that is told.
    pub fn write(&self, recording: RecordingId, block: Vec<u8>) {
        if self.queued.load(Relaxed) + block.len() > MAX_QUEUED {
            return self.put(Job::Lost(recording));
        }
        self.queued.fetch_add(block.len(), Relaxed);
        self.put(Job::Write(recording, block));
    }

    /// `done` is told when all blocks are written; the file is synced after that.
    pub fn close(&self, recording: RecordingId, done: Done) {
        self.put(Job::Close(recording, done));
    }

    fn put(&self, job: Job) {
        // The writer ends only when all senders are gone.
        let _ = self.jobs.send(job);
    }
}

/// Start the thread; it ends when the last `Spool` is dropped.
pub fn start(outbox: Arc<Outbox>) -> io::Result<(Spool, JoinHandle<()>)> {
    let (jobs, inbox) = channel();
    let queued = Arc::new(AtomicUsize::new(0));
    let spool = Spool { jobs, queued: Arc::clone(&queued) };
    let writer = Writer { files: HashMap::new(), queued, outbox };
    let thread =
        thread::Builder::new().name("segue-spool".into()).spawn(move || writer.run(&inbox))?;
    Ok((spool, thread))
}

struct Open {
    file: File,
    path: PathBuf,
    failed: bool,
}

struct Writer {
    files: HashMap<RecordingId, Open>,
    queued: Arc<AtomicUsize>,
    outbox: Arc<Outbox>,
}

impl Writer {
    fn run(mut self, inbox: &Receiver<Job>) {
        while let Ok(job) = inbox.recv() {
            match job {
                Job::Open(recording, file, path) => {
                    self.files.insert(recording, Open { file, path, failed: false });
                }
                Job::Write(recording, block) => {
                    self.attempt(recording, |file| file.write_all(&block));
                    self.queued.fetch_sub(block.len(), Relaxed);
                }
                Job::Lost(recording) => {
                    self.attempt(recording, |_| Err(io::Error::other("the disk is too slow")));
                }
                Job::Close(recording, done) => {
                    done.tell();
                    self.attempt(recording, |file| file.sync_all());
                    self.files.remove(&recording);
                }
            }
        }
    }

    /// A failure is told once; later blocks are still tried, as the disk may get room again.
    fn attempt(&mut self, recording: RecordingId, act: impl FnOnce(&mut File) -> io::Result<()>) {
        let Some(open) = self.files.get_mut(&recording) else { return };
        let Err(error) = act(&mut open.file) else { return };
        if !open.failed {
            open.failed = true;
            let (path, reason) = (open.path.clone(), error.to_string());
            self.outbox.push(Notice::RecordingFailed { path, reason });
        }
    }
}
