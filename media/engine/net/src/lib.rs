//! Sockets, threads and files around the pure core.
//!
//! One media thread serves all sessions by epoll and a 20 ms timer; commands come to it and
//! notices leave it through lock-free queues with an eventfd each. A second thread writes the
//! spool files, so that a slow disk never holds up a packet.

mod inbox;
mod media_thread;
mod node;
mod outbox;
mod poll;
mod ports;
mod writer;

pub use node::{Node, Recording, RefusedError, Session};
pub use outbox::Notice;
