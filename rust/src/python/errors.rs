//! Errors as Python's exceptions.

use pyo3::PyErr;
use pyo3::exceptions::{PyKeyboardInterrupt, PyValueError};

use crate::error::Error;

pyo3::import_exception!(dedup.errors, DedupError);
pyo3::import_exception!(dedup.errors, IdError);
pyo3::import_exception!(dedup.errors, InputError);
pyo3::import_exception!(dedup.errors, OutputError);
pyo3::import_exception!(dedup.errors, StorageError);

impl From<Error> for PyErr {
    fn from(error: Error) -> PyErr {
        let message = error.to_string();
        match error {
            Error::Read { .. } | Error::Changed { .. } => InputError::new_err(message),
            Error::Write { .. } => OutputError::new_err(message),
            Error::Cancelled => PyKeyboardInterrupt::new_err(()),
            Error::Index(_) => StorageError::new_err(message),
            Error::Taken(_) => IdError::new_err(message),
            Error::Misuse(_) => DedupError::new_err(message),
        }
    }
}

pub fn unknown(what: &str, name: &str) -> PyErr {
    PyValueError::new_err(format!("unknown {what} {name:?}"))
}
