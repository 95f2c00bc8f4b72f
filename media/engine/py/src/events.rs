//! Notices as tuples: a name, whom it concerns, and what belongs to it.

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use segue_media_core::Event;
use segue_media_net::Notice;

pub fn to_python(py: Python<'_>, notice: Notice) -> PyResult<Py<PyAny>> {
    match notice {
        Notice::Media(Event::DigitHeard { session, digit }) => {
            ("digit", session.0, digit).into_py_any(py)
        }
        Notice::Media(Event::PlaybackFinished { session, play, cut }) => {
            ("finished", session.0, play.0, cut).into_py_any(py)
        }
        Notice::Media(Event::MediaTimedOut { session, silent }) => {
            ("timed_out", session.0, silent.as_secs_f64()).into_py_any(py)
        }
        Notice::Media(Event::MediaStarted { session, source }) => {
            ("started", session.0, source.ip().to_string(), source.port()).into_py_any(py)
        }
        Notice::RecordingFailed { path, reason } => {
            ("recording_failed", path.into_os_string(), reason).into_py_any(py)
        }
    }
}
