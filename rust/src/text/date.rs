//! Publication dates, as seconds since 1970.

use jiff::civil::{Date, DateTime};
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

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

/// Reads ISO 8601 (a date alone is its midnight; no zone is UTC), RFC 2822, and seconds or
/// milliseconds since 1970. None for anything else.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(date) = text.parse::<Date>()
        && !text.contains([':', 'T', ' '])
    {
        return utc(date.at(0, 0, 0, 0));
    }
    if let Ok(number) = text.parse::<f64>() {
        return since_1970(number);
    }
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp.as_second());
    }
    if let Ok(date) = text.parse::<DateTime>() {
        return utc(date);
    }
    let zoned: Result<Zoned, _> = rfc2822::parse(text);
    Some(zoned.ok()?.timestamp().as_second())
}

fn utc(date: DateTime) -> Option<i64> {
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
}

/// Milliseconds are told from seconds by their size: 10^11 seconds are the year 5138.
fn since_1970(number: f64) -> Option<i64> {
    let seconds = if number.abs() < 1e11 { number } else { number / 1000.0 };
    (seconds.abs() < 1e11).then_some(seconds as i64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{DAY, NO_DATE, between, parse};

    #[test]
    fn a_date_without_a_time_covers_its_day() {
        let cases = [
            ("2024-05-02", "2024-05-02", 0),
            ("2024-05-02", "2024-05-02T12:00", 0),
            ("2024-05-02", "2024-05-02T23:59:59", 0),
            ("2024-05-03", "2024-05-02", 0),
            ("2024-05-03T00:00:01", "2024-05-02", 1),
            ("2024-05-04", "2024-05-02", DAY),
            ("2024-05-04T06:00", "2024-05-02", DAY + DAY / 4),
            ("2024-05-03", "2024-05-02T18:00", DAY / 4),
            ("2024-05-03T06:00", "2024-05-02T18:00", DAY / 2),
            ("2024-05-02T18:00", "2024-05-02T18:00", 0),
            ("1969-12-30", "1969-12-28", DAY),
        ];
        for (a, b, expected) in cases {
            let (a, b) = (parse(a).unwrap(), parse(b).unwrap());
            assert_eq!(between(a, b), Some(expected), "{a} {b}");
            assert_eq!(between(b, a), Some(-expected), "{b} {a}");
            assert_eq!(between(a, NO_DATE), None);
            assert_eq!(between(NO_DATE, b), None);
        }
    }

    /// Dates near each other, at the ends of what there is, and midnights among them.
    fn dates() -> impl Strategy<Value = i64> {
        let near = -4 * DAY..4 * DAY;
        let midnight = (-4..4i64).prop_map(|day| day * DAY);
        prop_oneof![near, midnight, any::<i64>(), NO_DATE..NO_DATE + 3, i64::MAX - 3..=i64::MAX]
    }

    proptest! {
        #[test]
        fn time_between_is_symmetric(a in dates(), b in dates()) {
            prop_assert_eq!(between(a, b), between(b, a).map(|time| -time));
            prop_assert_eq!(between(a, b).is_none(), a == NO_DATE || b == NO_DATE);
        }

        /// Of dates of one sort, days or moments, the later one is no less far after a third, and no
        /// nearer to one before both.
        #[test]
        fn time_between_is_monotone(a in dates(), b in dates(), c in dates()) {
            let (a, b) = (a.min(b), a.max(b));
            prop_assume!(a != NO_DATE && c != NO_DATE);
            if (a % DAY == 0) == (b % DAY == 0) || a >= c {
                prop_assert!(between(a, c) <= between(b, c));
            }
        }

        /// The least distance of any two moments of the two, a day having each of its seconds.
        #[test]
        fn time_between_is_the_least_of_all_moments(a in -9..9i64, b in -9..9i64) {
            let at = |quarter: i64| quarter * DAY / 4;
            let moments = |date: i64| {
                let last = if date % DAY == 0 { date + DAY } else { date };
                (date..=last).step_by(DAY as usize / 4)
            };
            let (a, b) = (at(a), at(b));
            let least = moments(a).flat_map(|x| moments(b).map(move |y| x.abs_diff(y))).min();
            prop_assert_eq!(between(a, b).map(i64::unsigned_abs), least);
        }
    }

    #[test]
    fn reads_the_forms_that_dumps_use() {
        let cases = [
            ("2020-02-04", Some(1_580_774_400)),
            (" 2020-02-04 ", Some(1_580_774_400)),
            ("20200204", Some(1_580_774_400)),
            ("2020-02-04T01:00:00Z", Some(1_580_778_000)),
            ("2020-02-04T01:00:00+01:00", Some(1_580_774_400)),
            ("2020-02-04T01:00:00.250-0500", Some(1_580_796_000)),
            ("2020-02-04 01:00:00", Some(1_580_778_000)),
            ("2020-02-04 01:00:00+00:00", Some(1_580_778_000)),
            ("Tue, 04 Feb 2020 01:00:00 GMT", Some(1_580_778_000)),
            ("Tue, 4 Feb 2020 01:00:00 +0100", Some(1_580_774_400)),
            ("1580774400", Some(1_580_774_400)),
            ("1580774400.5", Some(1_580_774_400)),
            ("1580774400000", Some(1_580_774_400)),
            ("", None),
            ("yesterday", None),
            ("2020-02-31", None),
            ("NaN", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), expected, "{text:?}");
        }
    }
}
