#![forbid(unsafe_code)]
//! RTP, DTMF, prompts and recording without sockets, clocks or Python.
