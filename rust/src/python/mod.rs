//! The Python extension module: translates and does nothing else. A file for each thing translated.

mod errors;
mod index;
mod interrupt;
mod judge;
mod pass;
mod stages;
mod storage;
mod synth;
mod texts;

use std::env::consts::{ARCH, OS};

use pyo3::prelude::*;

#[pymodule]
fn _core(module: &Bound<PyModule>) -> PyResult<()> {
    // A panic reaches Python as an exception that says the same; the command prints one line.
    std::panic::set_hook(Box::new(|_| {}));
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    module.add("BUILD", format!("{ARCH}-{OS}, {profile}"))?;
    module.add_class::<pass::Pass>()?;
    module.add_function(wrap_pyfunction!(pass::stars, module)?)?;
    module.add_class::<synth::Synthesis>()?;
    module.add_function(wrap_pyfunction!(texts::compare, module)?)?;
    module.add_function(wrap_pyfunction!(texts::explain, module)?)?;
    module.add_function(wrap_pyfunction!(texts::shared_passages, module)?)?;
    module.add_function(wrap_pyfunction!(texts::head, module)?)?;
    module.add_function(wrap_pyfunction!(texts::is_encoding, module)?)?;
    module.add_function(wrap_pyfunction!(texts::host_of, module)?)?;
    module.add_function(wrap_pyfunction!(texts::read_text, module)?)?;
    module.add_function(wrap_pyfunction!(texts::words, module)?)?;
    module.add_function(wrap_pyfunction!(texts::shingles, module)?)?;
    module.add_class::<index::Index>()?;
    module.add_class::<judge::Judge>()?;
    module.add_class::<judge::Sketched>()?;
    module.add_class::<judge::Found>()?;
    module.add_function(wrap_pyfunction!(judge::best_first, module)?)?;
    module.add_function(wrap_pyfunction!(judge::telling, module)?)?;
    module.add_class::<judge::Vocabulary>()?;
    module.add_function(wrap_pyfunction!(texts::signatures, module)?)?;
    module.add_function(wrap_pyfunction!(texts::instruction_sets, module)?)?;
    module.add_function(wrap_pyfunction!(texts::threads, module)?)?;
    module.add_function(wrap_pyfunction!(texts::feature_names, module)?)?;
    module.add_function(wrap_pyfunction!(texts::parse_date, module)?)?;
    module.add_function(wrap_pyfunction!(texts::looks_like_date, module)?)?;
    module.add_function(wrap_pyfunction!(texts::seconds_between, module)?)?;
    module.add_class::<stages::Stages>()?;
    module.add_class::<stages::StemCounts>()?;
    module.add_class::<stages::Postings>()?;
    module.add_function(wrap_pyfunction!(stages::settled_order, module)?)?;
    module.add_function(wrap_pyfunction!(stages::root_of, module)?)?;
    module.add_function(wrap_pyfunction!(stages::buckets_of, module)?)?;
    module.add_function(wrap_pyfunction!(stages::hash_of, module)?)?;
    module.add("MAX_ROUNDS", crate::pass::MAX_ROUNDS)?;
    module.add("ORPHAN", stages::ORPHAN)?;
    module.add("MIN_WORDS", crate::text::MIN_WORDS)?;
    module.add("MAX_RECORD", crate::corpus::MAX_RECORD)?;
    Ok(())
}
