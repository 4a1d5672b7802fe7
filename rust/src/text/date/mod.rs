//! Publication dates, as seconds since 1970: read from any form that has one reading.
//!
//! The grammar is our own, over jiff's calendar and the names of the C library's locales: what reads
//! dates in many forms elsewhere guesses the order of day and month, takes today for what is missing,
//! or passes over what it does not know, and here what is not certain is not read.

mod grammar;
mod numbers;
mod plain;
mod tokens;
mod words;

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

/// The date of an article without one.
pub const NO_DATE: i64 = i64::MIN;

const DAY: i64 = 86_400;

/// Seconds from the end of the earlier of two dates to the beginning of the later, where both are
/// known: positive when `a` came after `b`, negative when it came before, 0 where they overlap or
/// touch. A date without a time covers its whole day, and so a date at midnight UTC is taken.
pub fn between(a: i64, b: i64) -> Option<i64> {
    if a == NO_DATE || b == NO_DATE {
        return None;
    }
    let after = |later: i64, earlier: i64| later.saturating_sub(end(earlier)).max(0);
    Some(if a >= b { after(a, b) } else { -after(b, a) })
}

/// As [`between`], but never 0 where the one came after the other: days that touch are a second
/// apart.
pub fn later(a: i64, b: i64) -> Option<i64> {
    let touch = end(a.min(b)) == a.max(b) && a != b;
    between(a, b).map(|time| if time == 0 && touch { (a - b).signum() } else { time })
}

/// The last second of a date, or the first one behind its day.
fn end(date: i64) -> i64 {
    if date % DAY == 0 { date.saturating_add(DAY) } else { date }
}

/// What a date says.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Reading {
    /// Seconds since 1970, and the order of day, month and year that this date can alone have.
    At(i64, Option<Order>),
    /// Two readings, or one that another order may be meant by: seconds since 1970 with the day
    /// first, and with the month first; None where that is no date.
    Open {
        day_first: Option<i64>,
        month_first: Option<i64>,
    },
    Unread,
}

/// How the numbers of a date follow each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Order {
    DayFirst,
    MonthFirst,
    /// With a year of two figures; those of four are told without an order.
    YearFirst,
}

impl Order {
    pub fn named(name: &str) -> Option<Order> {
        match name {
            "dmy" => Some(Order::DayFirst),
            "mdy" => Some(Order::MonthFirst),
            _ => None,
        }
    }
}

impl Reading {
    /// Seconds since 1970, where there is one reading.
    pub fn alone(self) -> Option<i64> {
        match self {
            Reading::At(seconds, _) => Some(seconds),
            _ => None,
        }
    }

    /// Seconds since 1970 when dates are in an order.
    pub fn by(self, order: Order) -> Option<i64> {
        match (self, order) {
            (Reading::At(seconds, _), _) => Some(seconds),
            (Reading::Open { day_first, .. }, Order::DayFirst) => day_first,
            (Reading::Open { month_first, .. }, Order::MonthFirst) => month_first,
            _ => None,
        }
    }
}

/// Bytes of the longest text that is read.
const LONGEST: usize = 200;

/// Reads a date in any of the forms that docs/dates.md lists. A day without a time is its midnight, a
/// time without a zone is of UTC; parts of seconds are left out.
pub fn read(text: &str) -> Reading {
    let text = unwrapped(text.trim());
    if text.is_empty() || text.len() > LONGEST {
        return Reading::Unread;
    }
    let (text, other_figures) = plain::plain(text);
    if let Some(number) = numbers::read(&text) {
        return number.map_or(Reading::Unread, |seconds| Reading::At(seconds, None));
    }
    match tokens::split(&text) {
        Some(tokens) => grammar::read(&tokens, other_figures),
        None => Reading::Unread,
    }
}

/// The date in what programs write around it: quotes, `ISODate("…")`, `/Date(…)/`.
fn unwrapped(text: &str) -> &str {
    // Milliseconds since 1970 of UTC, whatever zone stands behind them.
    let net = text.strip_prefix("/Date(").and_then(|it| it.strip_suffix(")/"));
    let escaped = || text.strip_prefix("\\/Date(").and_then(|it| it.strip_suffix(")\\/"));
    if let Some(number) = net.or_else(escaped) {
        let zone = number.char_indices().skip(1).find(|it| matches!(it.1, '+' | '-'));
        return &number[..zone.map_or(number.len(), |it| it.0)];
    }
    let call = ["ISODate(", "Timestamp(", "new Date("].iter().find_map(|it| text.strip_prefix(it));
    let inner = call.and_then(|it| it.strip_suffix(')')).unwrap_or(text);
    let quoted = |quote: char| inner.strip_prefix(quote)?.strip_suffix(quote);
    quoted('"').or_else(|| quoted('\'')).unwrap_or(inner)
}

/// Seconds since 1970 of a date that has one reading.
pub fn parse(text: &str) -> Option<i64> {
    read(text).alone()
}

/// Whether a text, or a number in a text, may be a date. Numbers of few digits are more often others.
pub fn looks_like(text: &str) -> bool {
    let few = text.len() < 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    !few && read(text) != Reading::Unread
}

/// A date in ISO 8601, which is read as the same: of a midnight the day alone.
pub fn format(seconds: i64) -> String {
    let rest = seconds.rem_euclid(DAY);
    match day_of(seconds) {
        None => seconds.to_string(),
        Some(day) if rest == 0 => day.to_string(),
        Some(day) => {
            format!("{day}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
        }
    }
}

const EPOCH: Date = date(1970, 1, 1);

/// The day that a second since 1970 falls on, from the year -9999 to 9999.
fn day_of(seconds: i64) -> Option<Date> {
    let days = jiff::Span::new().try_days(seconds.div_euclid(DAY));
    days.and_then(|span| EPOCH.checked_add(span)).ok()
}

/// Seconds since 1970 at the beginning of a day.
fn midnight(date: Date) -> i64 {
    date.duration_since(EPOCH).as_secs()
}

/// Whether no article is of that time: before 1600, when there were no newspapers, or more than a year
/// ahead. `now` is in seconds since 1970.
pub fn is_doubtful(seconds: i64, now: i64) -> bool {
    seconds < FIRST_NEWSPAPERS || seconds > now.saturating_add(366 * DAY)
}

/// The year 1600, in seconds since 1970.
const FIRST_NEWSPAPERS: i64 = -135_140 * DAY;

#[cfg(test)]
mod tests;
