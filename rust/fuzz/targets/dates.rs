//! A date has one reading or two, each of which reads back as it is written; and what the standards
//! say is read as a reader of these standards does.

#![no_main]

use dedup_core::text::date::{self, Order, Reading};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let found = date::read(&text);
    assert_eq!(date::read(&format!(" {text}\n")), found, "{text:?}");
    let readings = [Order::DayFirst, Order::MonthFirst].map(|order| found.by(order));
    match found {
        Reading::Unread => assert_eq!(readings, [None; 2]),
        Reading::At(seconds, _) => assert_eq!(readings, [Some(seconds); 2]),
        Reading::Open { day_first, month_first } => {
            assert_ne!(day_first.or(month_first), None, "{text:?}");
        }
    }
    for seconds in readings.into_iter().flatten() {
        let written = date::format(seconds);
        assert_eq!(date::parse(&written), Some(seconds), "{text:?} is {written}");
    }
    if let Some(seconds) = in_rfc_3339(&text) {
        assert_eq!(found.alone(), Some(seconds), "{text:?}");
    }
    if let (Some(seconds), Ok(zoned)) = (found.alone(), jiff::fmt::rfc2822::parse(&text)) {
        let apart = seconds.abs_diff(zoned.timestamp().as_second());
        let most = if has_zone_of_rfc_2822(&text) { 0 } else { FARTHEST_ZONE };
        assert!(apart <= most, "{text:?}");
    }
});

/// Seconds between Greenwich and the zone farthest from it. Letters that RFC 2822 does not know it
/// takes for Greenwich.
const FARTHEST_ZONE: u64 = 14 * 3600;

fn has_zone_of_rfc_2822(text: &str) -> bool {
    let zone = text.split_whitespace().last().unwrap_or_default();
    let named = ["ut", "gmt", "z", "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt"];
    zone.starts_with(['+', '-']) || named.iter().any(|it| zone.eq_ignore_ascii_case(it))
}

/// The seconds of `2026-03-06T08:00:00Z` and its like, where it has that form to the letter.
fn in_rfc_3339(text: &str) -> Option<i64> {
    let form = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte };
    let form: Vec<u8> = text.bytes().map(form).collect();
    let (date, zone) = form.split_at_checked(19)?;
    let fits = date == b"0000-00-00T00:00:00" && matches!(zone, b"Z" | b"+00:00" | b"-00:00");
    text.parse::<jiff::Timestamp>().ok().filter(|_| fits).map(jiff::Timestamp::as_second)
}
