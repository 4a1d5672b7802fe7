//! Ctrl-C while native code works for the thread that hears it.

use std::panic::resume_unwind;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use pyo3::prelude::*;

use crate::error::{Error, Result};
use crate::progress::Progress;

/// How often a signal is looked for.
const TICK: Duration = Duration::from_millis(50);

/// Does work of many short steps, and listens for signals between two of them: after one whose handler
/// raises, the work is to stop at its next step. Work that is soon done takes no longer by it.
pub fn stepwise<T: Send>(
    py: Python,
    work: impl FnOnce(&Progress) -> Result<T> + Send,
) -> PyResult<T> {
    let raised = Arc::new(Mutex::new(None));
    let last = Mutex::new(Instant::now());
    let listen = {
        let raised = raised.clone();
        move || {
            let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
            if last.elapsed() < TICK {
                return Ok(());
            }
            *last = Instant::now();
            Python::attach(|py| py.check_signals()).map_err(|error| {
                *raised.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                Error::Cancelled
            })
        }
    };
    let done = py.detach(|| work(&Progress::listening(listen)));
    let raised = raised.lock().unwrap_or_else(PoisonError::into_inner).take();
    raised.map_or_else(|| Ok(done?), Err)
}

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
