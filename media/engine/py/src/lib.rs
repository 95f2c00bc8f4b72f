//! The binding: `media._engine`. One crossing per change of state, none per packet.

mod errors;
mod events;
mod handles;

use pyo3::prelude::*;

#[pymodule]
fn _engine(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<handles::Engine>()?;
    m.add_class::<handles::Session>()?;
    m.add_class::<handles::Recording>()?;
    m.add_class::<handles::Prompt>()?;
    m.add("PortsExhausted", m.py().get_type::<errors::PortsExhausted>())?;
    Ok(())
}
