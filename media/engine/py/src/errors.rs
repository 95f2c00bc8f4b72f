//! The one place where the engine's refusals become Python exceptions.

use pyo3::PyErr;
use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyOSError, PyRuntimeError};
use segue_media_net::RefusedError;

create_exception!(media._engine, PortsExhausted, PyException, "No free pair of RTP ports is left.");

pub fn raise(error: RefusedError) -> PyErr {
    let text = error.to_string();
    match error {
        RefusedError::PortsExhausted => PortsExhausted::new_err(text),
        RefusedError::Socket(cause) => os_error(&cause, text, None),
        RefusedError::Spool(path, cause) => {
            os_error(&cause, cause.to_string(), Some(path.display().to_string()))
        }
        RefusedError::Closed => PyRuntimeError::new_err(text),
    }
}

fn os_error(cause: &std::io::Error, text: String, path: Option<String>) -> PyErr {
    PyOSError::new_err((cause.raw_os_error().unwrap_or(0), text, path))
}
