//! Ctrl-C while native code works for the thread that hears it.

use std::panic::resume_unwind;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use pyo3::prelude::*;

use crate::error::Result;
use crate::progress::Progress;

/// How often a signal is looked for.
const TICK: Duration = Duration::from_millis(50);

/// Does work in a thread of its own, and listens for signals meanwhile: Python runs their handlers in
/// the thread that calls, once it is asked to. After one that raises, the work is to stop at its next
/// step. Python's lock is free all the time but for that.
pub fn interruptibly<T: Send>(
    py: Python,
    work: impl FnOnce(&Progress) -> Result<T> + Send,
) -> PyResult<T> {
    let progress = Progress::default();
    py.detach(|| {
        thread::scope(|scope| {
            let (ended, end) = channel::<()>();
            let worker = scope.spawn(|| {
                // Dropped in any case, which says that the work has ended.
                let _ended = ended;
                work(&progress)
            });
            let mut raised = None;
            while let Err(RecvTimeoutError::Timeout) = end.recv_timeout(TICK) {
                if raised.is_none() {
                    raised = Python::attach(|py| py.check_signals()).err();
                    raised.iter().for_each(|_| progress.cancel());
                }
            }
            let done = worker.join().unwrap_or_else(|panic| resume_unwind(panic));
            raised.map_or_else(|| Ok(done?), Err)
        })
    })
}
