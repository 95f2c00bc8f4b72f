//! The classes of `media._engine`.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use segue_media_core::command::Remote;
use segue_media_core::g711::{Codec, encode_pcmu};
use segue_media_core::recording::Track;
use segue_media_core::{SAMPLE_RATE, playout};
use segue_media_net as net;

use crate::errors::raise;
use crate::events::to_python;

const PTIME_MS: std::ops::RangeInclusive<u64> = 10..=60;

/// A prompt in memory: PCM16 at 8 kHz in, mu-law inside.
#[pyclass(frozen, module = "media._engine")]
pub struct Prompt(playout::Prompt);

#[pymethods]
impl Prompt {
    #[new]
    fn new(py: Python<'_>, pcm16: &[u8]) -> Self {
        Prompt(py.detach(|| {
            let samples: Vec<i16> =
                pcm16.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect();
            encode_pcmu(&samples).into()
        }))
    }

    #[getter]
    fn seconds(&self) -> f64 {
        self.0.len() as f64 / f64::from(SAMPLE_RATE)
    }
}

/// The media of one process.
#[pyclass(frozen, module = "media._engine")]
pub struct Engine(net::Node);

#[pymethods]
impl Engine {
    #[new]
    fn new(address: &str, low: u16, high: u16) -> PyResult<Self> {
        Ok(Engine(net::Node::start(ip(address)?, low, high)?))
    }

    fn fileno(&self) -> i32 {
        self.0.raw_fd()
    }

    fn drain(&self, py: Python<'_>) -> PyResult<Vec<Py<PyAny>>> {
        self.0.drain().into_iter().map(|notice| to_python(py, notice)).collect()
    }

    fn open_session(&self, py: Python<'_>, timeout_s: f64) -> PyResult<Session> {
        let timeout = Duration::try_from_secs_f64(timeout_s)
            .map_err(|error| PyValueError::new_err(format!("timeout_s: {error}")))?;
        py.detach(|| self.0.open_session(timeout)).map(Session).map_err(raise)
    }

    fn open_recording(&self, py: Python<'_>, path: PathBuf) -> PyResult<Recording> {
        py.detach(|| self.0.open_recording(&path)).map(Recording).map_err(raise)
    }

    fn sessions_open(&self, py: Python<'_>) -> usize {
        py.detach(|| self.0.sessions_open())
    }

    fn close(&self, py: Python<'_>) {
        py.detach(|| self.0.close());
    }
}

/// One leg.
#[pyclass(frozen, module = "media._engine")]
pub struct Session(net::Session);

#[pymethods]
impl Session {
    #[getter]
    fn id(&self) -> u64 {
        self.0.id.0
    }

    #[getter]
    fn port(&self) -> u16 {
        self.0.port
    }

    #[pyo3(signature = (address, port, *, codec, payload_type, dtmf_payload_type, sends, receives,
                        ptime_ms, learn, signalling_address))]
    #[allow(clippy::too_many_arguments)] // The fields of RemoteMedia, by name.
    fn set_remote(
        &self,
        address: &str,
        port: u16,
        codec: &str,
        payload_type: u8,
        dtmf_payload_type: Option<u8>,
        sends: bool,
        receives: bool,
        ptime_ms: u64,
        learn: bool,
        signalling_address: Option<&str>,
    ) -> PyResult<()> {
        self.0.set_remote(Remote {
            address: SocketAddr::new(ip(address)?, port),
            codec: codec_named(codec)?,
            payload_type,
            dtmf_payload_type,
            sends,
            receives,
            ptime: Duration::from_millis(ptime_ms.clamp(*PTIME_MS.start(), *PTIME_MS.end())),
            learn,
            signalling_host: signalling_address.map(ip).transpose()?,
        });
        Ok(())
    }

    fn play(&self, prompts: Vec<PyRef<'_, Prompt>>, looping: bool) -> u64 {
        self.0.play(prompts.iter().map(|prompt| prompt.0.clone()).collect(), looping).0
    }

    fn stop(&self) {
        self.0.stop();
    }

    fn send_dtmf(&self, keys: String) {
        self.0.send_dtmf(keys);
    }

    fn mute(&self, muted: bool) {
        self.0.mute(muted);
    }

    fn bridge(&self, other: PyRef<'_, Session>) {
        self.0.bridge(&other.0);
    }

    fn unbridge(&self) {
        self.0.unbridge();
    }

    fn record(&self, recording: PyRef<'_, Recording>, track: u8) -> PyResult<()> {
        let track = match track {
            0 => Track::Customer,
            1 => Track::Agent,
            2 => Track::System,
            _ => return Err(PyValueError::new_err(format!("no track {track}"))),
        };
        self.0.record(&recording.0, track);
        Ok(())
    }

    fn stop_recording(&self) {
        self.0.stop_recording();
    }

    /// Received, sent, lost and refused packets, and the jitter in milliseconds.
    fn stats(&self) -> (u64, u64, u64, u64, f64) {
        let counters = &self.0.counters;
        let jitter_ms = counters.jitter.get() as f64 * 1000.0 / f64::from(SAMPLE_RATE);
        let (received, sent) = (counters.received.get(), counters.sent.get());
        (received, sent, counters.lost.get(), counters.refused.get(), jitter_ms)
    }

    fn close(&self) {
        self.0.close();
    }
}

/// One spool file.
#[pyclass(frozen, module = "media._engine")]
pub struct Recording(net::Recording);

#[pymethods]
impl Recording {
    #[getter]
    fn id(&self) -> u64 {
        self.0.id.0
    }

    fn pause(&self, paused: bool) {
        self.0.pause(paused);
    }

    fn mask(&self, masked: bool) {
        self.0.mask(masked);
    }

    fn close(&self, py: Python<'_>) {
        py.detach(|| self.0.close());
    }
}

fn ip(text: &str) -> PyResult<IpAddr> {
    text.parse().map_err(|_| PyValueError::new_err(format!("not an IP address: {text:?}")))
}

fn codec_named(name: &str) -> PyResult<Codec> {
    match name {
        "PCMU" => Ok(Codec::Pcmu),
        "PCMA" => Ok(Codec::Pcma),
        _ => Err(PyValueError::new_err(format!("no codec {name:?}"))),
    }
}
