//! When articles are published.

use std::io::Write;

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::random::Random;

const FIRST_DAY: Date = date(2020, 1, 1);
pub const ARTICLES_A_DAY: u64 = 5_000;
const SECONDS_A_DAY: u64 = 86_400;

/// Seconds from the first day on.
pub type Time = u64;

/// The slice of time in which the stories of a block begin.
pub struct Slice {
    from: Time,
    seconds: u64,
    bursts: Vec<Time>,
}

impl Slice {
    pub fn new(block: u64, articles: u64, random: &mut Random) -> Slice {
        let seconds = articles * SECONDS_A_DAY / ARTICLES_A_DAY;
        let from = block * seconds;
        let bursts = (0..8).map(|_| from + u64::from(random.below(seconds as u32))).collect();
        Slice { from, seconds, bursts }
    }

    /// Half the stories come in bursts: a press conference, a match, the hour of an embargo.
    pub fn draw(&self, random: &mut Random) -> Time {
        if random.chance(0.5) {
            random.choose(&self.bursts) + random.exponential(900.0) as u64
        } else {
            self.from + u64::from(random.below(self.seconds as u32))
        }
    }
}

/// Copies follow within hours, few on the next day.
pub fn delay(random: &mut Random) -> Time {
    60 + random.exponential(5.0 * 3_600.0) as u64
}

/// The same hour, so many days later.
pub fn days(days: u32) -> Time {
    u64::from(days) * SECONDS_A_DAY
}

/// Day of the week, from Monday on.
pub fn weekday(time: Time) -> u32 {
    const WEEKDAY_OF_FIRST_DAY: u64 = 2;
    ((time / SECONDS_A_DAY + WEEKDAY_OF_FIRST_DAY) % 7) as u32
}

pub fn write(time: Time, out: &mut Vec<u8>) {
    let day = FIRST_DAY.saturating_add(((time / SECONDS_A_DAY) as i64).days());
    let (hour, minute, second) = (time / 3_600 % 24, time / 60 % 60, time % 60);
    write!(out, "{day}T{hour:02}:{minute:02}:{second:02}Z").expect("a buffer takes all");
}
