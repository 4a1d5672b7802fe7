//! Dates that are one number: stamps as 20200301120000, and seconds to nanoseconds since 1970.
//! How many digits there are tells which.

use jiff::civil::Date;

use super::midnight;

/// The most digits of a number that is written with an exponent.
const MOST_DIGITS: usize = 20;

/// Seconds since 1970 of a number, or None of one that is no date; the outer None when the text is
/// no number.
pub fn read(text: &str) -> Option<Option<i64>> {
    let (negative, whole, fraction) = decimal(text)?;
    if negative {
        return Some(since_1970(&whole, &fraction, true));
    }
    let plain = fraction.bytes().all(|digit| digit == b'0');
    let date = match stamp(&whole) {
        // Half a day of a stamp is none, half a second of one is.
        Some(stamp) => (plain || whole.len() == 14).then_some(stamp),
        None => since_1970(&whole, &fraction, false),
    };
    Some(date)
}

/// The sign, and the digits before and behind the point, of a number as JSON or a frame writes it.
fn decimal(text: &str) -> Option<(bool, String, String)> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (digits, exponent) = match text.split_once('e') {
        Some((digits, exponent)) => {
            let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
            (digits, all_digits(exponent).then(|| exponent.parse::<usize>().ok())??)
        }
        None => (text, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if !all_digits(whole) || !(fraction.is_empty() || all_digits(fraction)) {
        return None;
    }
    let mut digits = (whole.to_owned(), fraction.to_owned());
    if exponent > 0 {
        if exponent > MOST_DIGITS {
            return None;
        }
        let missing = exponent.saturating_sub(fraction.len());
        let moved = exponent.min(fraction.len());
        digits.0.push_str(&fraction[..moved]);
        digits.0.push_str(&"0".repeat(missing));
        digits.1 = fraction[moved..].to_owned();
    }
    Some((negative, digits.0, digits.1))
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Seconds since 1970 of the digits of a year, month, day, and what there is of a time. Of 10 and of
/// 12 digits those of years alone that seconds and milliseconds since 1970 are not in, but for some
/// after 2032 and of 1975 and 1976.
pub fn stamp(digits: &str) -> Option<i64> {
    let years = match digits.len() {
        7 | 10 => 1970..=2099,
        12 => 1600..=2199,
        8 | 14 | 17 | 20 => 1000..=9999,
        _ => return None,
    };
    let part = |from: usize, to: usize| digits.get(from..to).map_or(Some(0), |it| it.parse().ok());
    let year = part(0, 4)?;
    if !years.contains(&year) {
        return None;
    }
    if digits.len() == 7 {
        return Some(midnight(day_of_year(year as i16, part(4, 7)?)?));
    }
    let date = Date::new(year as i16, part(4, 6)? as i8, part(6, 8)? as i8).ok()?;
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(midnight(date) + (hour * 60 + minute) as i64 * 60 + second as i64)
}

pub fn day_of_year(year: i16, day: i32) -> Option<Date> {
    let date = Date::new(year, 1, 1).ok()?;
    let days = i16::try_from(day).ok().filter(|day| (1..=date.days_in_year()).contains(day))?;
    date.with().day_of_year(days).build().ok()
}

/// Of seconds those of 9 and 10 digits are taken, from 1973 to 2286, and so of the smaller units:
/// no number is of two units then.
fn since_1970(whole: &str, fraction: &str, negative: bool) -> Option<i64> {
    let units = match whole.len() {
        _ if whole.starts_with('0') => return None,
        9 | 10 => 1,
        12 | 13 => 1_000,
        // A stamp with hundredths has 16 digits, too.
        16 if !negative && stamp(&whole[..10]).is_some() && stamp(&whole[..14]).is_some() => {
            return None;
        }
        15 | 16 => 1_000_000,
        18 | 19 => 1_000_000_000,
        _ => return None,
    };
    let number: i128 = whole.parse().ok()?;
    let seconds = (number / units) as i64;
    let rest = number % units > 0 || fraction.bytes().any(|digit| digit != b'0');
    Some(if negative { -seconds - rest as i64 } else { seconds })
}
