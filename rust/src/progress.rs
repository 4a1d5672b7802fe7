//! How far a pass is, readable from another thread, and the request to stop it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use crate::error::{Error, Result};

#[derive(Default)]
pub struct Progress {
    stages: Mutex<Vec<(&'static str, f64)>>,
    running: Mutex<Option<(&'static str, Instant)>>,
    done: AtomicU64,
    total: AtomicU64,
    cancelled: AtomicBool,
    listen: Option<Box<dyn Fn() -> Result<()> + Send + Sync>>,
}

impl Progress {
    /// Of work that asks at each step whether it goes on.
    pub fn listening(listen: impl Fn() -> Result<()> + Send + Sync + 'static) -> Progress {
        Progress { listen: Some(Box::new(listen)), ..Progress::default() }
    }

    /// Starts a stage, and ends the one before. Stages of one name add up.
    pub fn start(&self, stage: &'static str, total: u64) {
        self.stop();
        self.done.store(0, Relaxed);
        self.total.store(total, Relaxed);
        *lock(&self.running) = Some((stage, Instant::now()));
    }

    pub fn stop(&self) {
        let Some((stage, since)) = lock(&self.running).take() else {
            return;
        };
        let seconds = since.elapsed().as_secs_f64();
        let mut stages = lock(&self.stages);
        match stages.iter_mut().find(|(name, _)| *name == stage) {
            Some((_, sum)) => *sum += seconds,
            None => stages.push((stage, seconds)),
        }
    }

    /// Counts work done; fails once the pass has been cancelled.
    pub fn add(&self, work: u64) -> Result<()> {
        self.done.fetch_add(work, Relaxed);
        self.listen.as_ref().map_or(Ok(()), |listen| listen())?;
        if self.cancelled.load(Relaxed) { Err(Error::Cancelled) } else { Ok(()) }
    }

    pub fn cancel(&self) {
        self.cancelled.store(true, Relaxed);
    }

    /// The stage, work done and work in all.
    pub fn now(&self) -> (&'static str, u64, u64) {
        let stage = lock(&self.running).map_or("", |(stage, _)| stage);
        (stage, self.done.load(Relaxed), self.total.load(Relaxed))
    }

    pub fn seconds(&self) -> Vec<(&'static str, f64)> {
        lock(&self.stages).clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A value of plain numbers is whole even if a thread panicked while it held the lock.
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
