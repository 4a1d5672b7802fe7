//! Synthetic news, in Python.

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::synth;

#[pyclass(module = "dedup._core")]
pub struct Synthesis(synth::Synthesis);

#[pymethods]
impl Synthesis {
    #[new]
    #[pyo3(signature = (articles, seed=1, threads=0))]
    fn new(articles: u64, seed: u64, threads: usize) -> PyResult<Synthesis> {
        Ok(Synthesis(synth::Synthesis::new(articles, seed, threads)?))
    }

    fn __iter__(slf: PyRef<Self>) -> PyRef<Self> {
        slf
    }

    fn __next__<'py>(&mut self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        let chunk = py.detach(|| self.0.next_chunk())?;
        Some(PyBytes::new(py, &chunk))
    }
}
