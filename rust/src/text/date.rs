//! Publication dates, as seconds since 1970.

use jiff::civil::{Date, DateTime};
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

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
    use super::parse;

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
