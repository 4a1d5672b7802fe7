//! What the tokens of a date say together.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::numbers::{day_of_year, stamp};
use super::tokens::{Kind, Token};
use super::words::{self, Word, Zone};
use super::{Order, Reading, day_of, midnight};

/// The signs that may stand between two parts.
const BETWEEN: &str = ",.-/|()[]:;'_·•॰";

/// The years that dates in the figures of other scripts have when they are those of Christ, and not
/// of the Hijra, of which the year 1600 is far away.
const FIRST_IN_OTHER_FIGURES: i16 = 1600;

/// The day that a date says.
#[derive(Clone, Copy)]
enum Day {
    /// One reading, and the order it proves.
    Known(Date, Option<Order>),
    /// What it is when the day stands first, and when the month does.
    Open(Option<Date>, Option<Date>),
}

/// A number of one or two figures, or of four, in a date whose month is a word.
struct Figure<'a> {
    text: &'a str,
    /// Whether an apostrophe stands before it, as in '20, and a full stop behind it.
    shortened: bool,
    dotted: bool,
    /// Whether it stands before the month.
    before_month: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Last {
    Nothing,
    /// A word that something must follow.
    Connector,
    Time,
    Other,
}

pub struct Parser<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    day: Option<Day>,
    figures: Vec<Figure<'a>>,
    /// Bits of the months that words name, of words that name no weekday and of those that do.
    months: u16,
    or_weekdays: u16,
    /// The Croatian October and the Polish November.
    listopad: bool,
    weekday: bool,
    /// Seconds since midnight.
    time: Option<i64>,
    /// Whether the time that comes is after noon.
    noon: Option<bool>,
    zone: Option<Zone>,
    last: Last,
}

/// Reads what the tokens of a text say, all of them. `other_figures` says whether figures of another
/// script stood there.
pub fn read(tokens: &[Token], other_figures: bool) -> Reading {
    let mut parser = Parser {
        tokens,
        at: 0,
        day: None,
        figures: Vec::new(),
        months: 0,
        or_weekdays: 0,
        listopad: false,
        weekday: false,
        time: None,
        noon: None,
        zone: None,
        last: Last::Nothing,
    };
    parser.read_all().then(|| parser.settle(other_figures)).flatten().unwrap_or(Reading::Unread)
}

impl<'a> Parser<'a> {
    fn token(&self, ahead: usize) -> Option<&'a Token<'a>> {
        self.tokens.get(self.at + ahead)
    }

    /// Whether the token so far ahead is this one, with no blank before it.
    fn joined(&self, ahead: usize, text: &str) -> bool {
        self.token(ahead).is_some_and(|it| !it.gap && it.is(text))
    }

    /// The value of the number so far ahead, with no blank before it.
    fn joined_number(&self, ahead: usize, digits: usize) -> Option<i32> {
        self.token(ahead).filter(|it| !it.gap)?.number(digits..=digits)
    }

    fn word(&self, ahead: usize) -> Option<&'static Word> {
        self.token(ahead).filter(|it| it.kind == Kind::Word).and_then(|it| words::find(it.text))
    }

    fn read_all(&mut self) -> bool {
        while let Some(token) = self.token(0) {
            let read = match token.kind {
                Kind::Number => self.read_number(),
                Kind::Word => self.read_word(),
                Kind::Sign => self.read_sign(),
            };
            if !read {
                return false;
            }
        }
        self.last != Last::Connector && self.noon.is_none()
    }

    fn take(&mut self, tokens: usize, last: Last) -> bool {
        self.at += tokens;
        self.last = last;
        true
    }

    // ---- numbers ----

    fn read_number(&mut self) -> bool {
        if self.day.is_none() && self.months == 0 && self.figures.is_empty() {
            let day = self.year_first().or_else(|| self.year_last()).or_else(|| self.in_one());
            if let Some((day, tokens)) = day {
                self.day = Some(day);
                return self.take(tokens, Last::Other);
            }
            if let Some((date, seconds)) = self.token(0).and_then(whole_stamp) {
                self.day = Some(Day::Known(date, None));
                let tokens = self.fraction(1).1;
                return self.take_time(seconds, tokens);
            }
        }
        if let Some((seconds, tokens)) = self.clock() {
            return self.take_time(seconds, tokens);
        }
        let Some(token) = self.token(0) else { return false };
        if self.day.is_some() || self.figures.len() == 2 || ![1, 2, 4].contains(&token.text.len()) {
            return false;
        }
        let before = self.at.checked_sub(1).map(|at| &self.tokens[at]);
        let mut tokens = 1;
        if let Some(suffix) = self.token(1).filter(|it| !it.gap) {
            let ordinal = ["st", "nd", "rd", "th", "o", "er", "a", "re", "e", "°", "d"];
            if ordinal.iter().any(|it| suffix.is(it)) && token.text.len() < 4 {
                tokens = 2;
            } else if suffix.is("-") && ["го", "е", "ое"].iter().any(|it| self.joined(2, it)) {
                tokens = 3;
            }
        }
        self.figures.push(Figure {
            text: token.text,
            shortened: !token.gap && before.is_some_and(|it| it.is("'")),
            dotted: self.joined(tokens, "."),
            before_month: self.months | self.or_weekdays == 0,
        });
        self.take(tokens, Last::Other)
    }

    /// A day that begins with its year: 2020-03-01, 2020/3/1, 2020. 3. 1., 2020-061, 2020-W09-7,
    /// 2020W097, 2020年3月1日; and how many tokens it has.
    fn year_first(&self) -> Option<(Day, usize)> {
        let year = self.token(0)?.number(4..=4)? as i16;
        let known = |date, tokens| Some((Day::Known(date, None), tokens));
        if ["年", "년"].iter().any(|it| self.token(1).is_some_and(|token| token.is(it))) {
            let month = self.token(2)?.number(1..=2)?;
            let day = self.token(4)?.number(1..=2)?;
            let is = |ahead: usize, texts: &[&str]| {
                self.token(ahead).is_some_and(|token| texts.contains(&token.text))
            };
            if !is(3, &["月", "월"]) {
                return None;
            }
            let tokens = 5 + is(5, &["日", "일", "号", "號"]) as usize;
            return known(date(year, month, day)?, tokens);
        }
        let week = if self.joined(1, "-") { 2 } else { 1 };
        if self.joined(week, "w") {
            if let Some(both) = self.joined_number(week + 1, 3) {
                return known(day_of_week(year, both / 10, both % 10)?, week + 2);
            }
            let number = self.joined_number(week + 1, 2)?;
            let day = self.joined_number(week + 3, 1).filter(|_| self.joined(week + 2, "-"))?;
            return known(day_of_week(year, number, day)?, week + 4);
        }
        if let Some(day) = self.joined_number(2, 3)
            && self.joined(1, "-")
        {
            return known(day_of_year(year, day)?, 3);
        }
        let (month, day) = self.two_more()?;
        known(date(year, month.number(1..=2)?, day.number(1..=2)?)?, 5)
    }

    /// The second and the third of three numbers with one sign between them.
    fn two_more(&self) -> Option<(&Token<'a>, &Token<'a>)> {
        let sign = self.token(1).filter(|it| !it.gap)?.text;
        let same = self.joined(3, sign) && ["-", "/", "."].contains(&sign);
        let (second, third) = (self.token(2)?, self.token(4)?);
        // A blank goes with a full stop alone.
        let joined = sign == "." || !(second.gap || third.gap);
        (same && joined).then_some((second, third))
    }

    /// A day that ends with its year: 13/03/2020, 3.13.2020, 13-3-20.
    fn year_last(&self) -> Option<(Day, usize)> {
        let first = self.token(0)?.number(1..=2)?;
        let (second, third) = self.two_more()?;
        let second = second.number(1..=2)?;
        let short = third.number(2..=2).map(full_year);
        let year = short.or_else(|| third.number(4..=4).map(|year| year as i16))?;
        let day_first = date(year, second, first);
        let month_first = date(year, first, second);
        let year_first = short.and_then(|_| {
            let year = self.token(0)?.number(2..=2).map(full_year)?;
            date(year, second, third.number(2..=2)?)
        });
        let day = match (day_first, month_first, year_first) {
            (None, None, None) => return None,
            (None, None, Some(date)) => Day::Known(date, Some(Order::YearFirst)),
            (Some(date), None, None) => Day::Known(date, Some(Order::DayFirst)),
            (None, Some(date), None) => Day::Known(date, Some(Order::MonthFirst)),
            (Some(one), Some(other), None) if one == other => Day::Known(one, None),
            (day_first, month_first, _) => Day::Open(day_first, month_first),
        };
        Some((day, 5))
    }

    /// A day in one number, which is the whole text but for a time or a zone: 20200301T120000Z.
    fn in_one(&self) -> Option<(Day, usize)> {
        let token = self.token(0)?;
        let part = |from: usize, to: usize| token.text.get(from..to).and_then(|it| it.parse().ok());
        let year = part(0, 4)? as i16;
        let date = match token.text.len() {
            7 => day_of_year(year, part(4, 7)?)?,
            8 => date(year, part(4, 6)?, part(6, 8)?)?,
            _ => return None,
        };
        Some((Day::Known(date, None), 1))
    }

    // ---- the time of day ----

    fn take_time(&mut self, seconds: i64, tokens: usize) -> bool {
        self.at += tokens;
        let behind = self.half(0);
        let noon = match (self.noon.take(), behind) {
            (None, Some((noon, tokens))) => {
                self.at += tokens;
                Some(noon)
            }
            (before, None) => before,
            _ => return false,
        };
        let (hour, rest) = (seconds / 3600, seconds % 3600);
        // Some write 17:04 PM, and the Japanese count the hours after noon from 0.
        let hour = match (noon, hour) {
            (Some(true), 0..12) => hour + 12,
            (Some(true), 12..24) => hour,
            (Some(false), 0..12) => hour,
            (Some(false), 12) => 0,
            (None, _) => hour,
            _ => return false,
        };
        self.last = Last::Time;
        self.time.replace(hour * 3600 + rest).is_none()
    }

    /// am and pm, with or without full stops, so far ahead: whether it is after noon, and how many
    /// tokens say so.
    fn half(&self, ahead: usize) -> Option<(bool, usize)> {
        if let Some(noon) = self.word(ahead).and_then(|word| word.noon) {
            return Some((noon, 1));
        }
        let (first, second) = (self.token(ahead)?, self.token(ahead + 2)?);
        if first.kind != Kind::Word || !self.joined(ahead + 1, ".") || second.kind != Kind::Word {
            return None;
        }
        let noon = words::find(&format!("{}{}", first.text, second.text))?.noon?;
        Some((noon, 3))
    }

    /// Seconds since midnight of a time at the place reached, and how many tokens it has.
    fn clock(&self) -> Option<(i64, usize)> {
        let hours = self.token(0)?;
        // Behind a T, or behind a day in one number, a time may have no signs.
        let before = |back: usize| self.at.checked_sub(back).map(|at| &self.tokens[at]);
        let marked = before(1).is_some_and(|it| (it.is("t") || it.is("_")) && !hours.gap);
        let is_stamp = |it: &Token| it.number(7..=8).is_some();
        let behind_stamp = before(1).is_some_and(is_stamp)
            || (before(1).is_some_and(|it| it.is("-")) && before(2).is_some_and(is_stamp));
        if marked || behind_stamp {
            let digits = hours.text.len();
            let part =
                |from: usize| hours.text.get(from..from + 2).map_or(0, |it| it.parse().unwrap());
            if [4, 6].contains(&digits) {
                let (fraction, tokens) = self.fraction(1);
                let unit = if digits == 4 { 60.0 } else { 1.0 };
                return seconds(part(0), part(2), part(4), fraction * unit, tokens);
            }
            if digits == 2 && marked && !self.joined(1, ":") && !self.joined(1, ".") {
                let (fraction, tokens) = self.fraction(1);
                let signs = self.joined(1, "-") && self.joined(3, "-");
                if !signs {
                    return seconds(part(0), 0, 0, fraction * 3600.0, tokens);
                }
                let (minute, second) = (self.joined_number(2, 2)?, self.joined_number(4, 2)?);
                return seconds(part(0), minute, second, 0.0, 5);
            }
        }
        let hour = hours.number(1..=2)?;
        if self.joined(1, ":") {
            let part = |ahead: usize| self.token(ahead).filter(|it| !it.gap)?.number(1..=2);
            let Some(second) = part(4).filter(|_| self.joined(3, ":")) else {
                let minute = self.joined_number(2, 2)?;
                let comma = marked && self.joined(3, ",");
                let (fraction, tokens) = if comma { self.fraction(3) } else { (0.0, 3) };
                return seconds(hour, minute, 0, fraction * 60.0, tokens);
            };
            // Milliseconds behind a colon.
            let milliseconds = self.joined(5, ":") && self.joined_number(6, 3).is_some();
            let tokens = if milliseconds { 7 } else { self.fraction(5).1 };
            return seconds(hour, part(2)?, second, 0.0, tokens);
        }
        let is = |ahead: usize, texts: &[&str]| {
            self.token(ahead).is_some_and(|token| texts.contains(&token.text))
        };
        if is(1, &["時", "时", "点", "點", "시"]) {
            let Some(minute) = self.number(2).filter(|_| is(3, &["分", "분"])) else {
                return seconds(hour, 0, 0, 0.0, 2);
            };
            return match self.number(4).filter(|_| is(5, &["秒", "초"])) {
                Some(second) => seconds(hour, minute, second, 0.0, 6),
                None => seconds(hour, minute, 0, 0.0, 4),
            };
        }
        if is(1, &["h", "uhr", "hod", "ч"]) {
            return match self.token(2).and_then(|it| it.number(2..=2)) {
                Some(minute) => {
                    let unit = is(3, &["min", "m", "mn", "мин"]) as usize;
                    seconds(hour, minute, 0, 0.0, 3 + unit)
                }
                None => seconds(hour, 0, 0, 0.0, 2),
            };
        }
        // 12.30 is a time where no day can be. Behind a T it may be a part of an hour.
        let hours_alone = marked && !self.joined(3, ".");
        if self.joined(1, ".") && !hours_alone && (self.day.is_some() || self.is_complete()) {
            let minute = self.joined_number(2, 2)?;
            return match self.joined_number(4, 2).filter(|_| self.joined(3, ".")) {
                Some(second) => seconds(hour, minute, second, 0.0, self.fraction(5).1),
                None => seconds(hour, minute, 0, 0.0, 3),
            };
        }
        // "5 am" may be German for "the 5th on the".
        let half = self.half(1).is_some();
        let half = half && (self.is_complete() || !self.word(1).is_some_and(|it| it.connector));
        if self.noon.is_some() || half { seconds(hour, 0, 0, 0.0, 1) } else { None }
    }

    fn number(&self, ahead: usize) -> Option<i32> {
        self.token(ahead)?.number(1..=2)
    }

    /// The fraction behind a point or a comma so far ahead, and how many tokens there are then.
    fn fraction(&self, ahead: usize) -> (f64, usize) {
        let digits = self.token(ahead + 1).filter(|it| !it.gap && it.kind == Kind::Number);
        match digits.filter(|_| self.joined(ahead, ".") || self.joined(ahead, ",")) {
            Some(digits) => (format!("0.{}", digits.text).parse().unwrap_or(0.0), ahead + 2),
            None => (0.0, ahead),
        }
    }

    /// Whether there are a day, a month and a year.
    fn is_complete(&self) -> bool {
        self.day.is_some() || (self.figures.len() == 2 && self.months | self.or_weekdays != 0)
    }

    // ---- words ----

    fn read_word(&mut self) -> bool {
        let Some(token) = self.token(0) else { return false };
        if token.is("t") && self.day.is_some() && self.time.is_none() {
            // The T of ISO 8601.
            let joined = !token.gap && self.token(1).is_some_and(|it| !it.gap);
            return joined && self.take(1, Last::Connector);
        }
        // Vietnamese counts the months.
        if token.is("thang") || token.is("thg") {
            let month = self.number(1).filter(|month| (1..=12).contains(month));
            return month.is_some_and(|month| self.take_month(1 << (month - 1), 2));
        }
        if self.last == Last::Time
            && let Some(zone) = self.word(0).and_then(|word| word.zone)
        {
            return self.take_zone(zone);
        }
        let two = self.token(1).filter(|it| it.kind == Kind::Word).map(|next| (1, next));
        let two = two.or_else(|| {
            let next = self.token(2).filter(|it| it.kind == Kind::Word && !it.gap)?;
            (self.joined(1, "-") || self.joined(1, "'")).then_some((2, next))
        });
        let two = two.and_then(|(more, next)| {
            Some((words::find(&format!("{} {}", token.text, next.text))?, 1 + more))
        });
        let Some((word, tokens)) = two.or_else(|| Some((self.word(0)?, 1))) else { return false };
        if word.months != 0 {
            self.listopad |= token.text.starts_with("listopad");
            // Of two weekdays one is a month, as in "Fri, 06 Mar".
            if !word.weekday || self.weekday {
                return self.take_month(word.months, tokens);
            }
            self.or_weekdays |= word.months;
            return self.take(tokens, Last::Other);
        }
        // "on" is English, and short for the Norwegian Wednesday.
        if word.weekday && !word.connector && !self.weekday {
            self.weekday = true;
            return self.take(tokens, Last::Other);
        }
        if let Some(noon) = word.noon.filter(|_| !word.connector && !word.suffix) {
            self.noon = Some(noon);
            return self.time.is_none() && self.take(tokens, Last::Connector);
        }
        if let Some(zone) = word.zone
            && self.is_complete()
            && (self.time.is_some() || zone == Zone::Fixed(0))
        {
            return self.take_zone(zone);
        }
        let label = word.label && self.last != Last::Time && !self.is_complete();
        if word.connector || label {
            return self.take(tokens, Last::Connector);
        }
        word.suffix && self.last != Last::Nothing && self.take(tokens, Last::Other)
    }

    /// Two names of one month may stand side by side, as those of two calendars do in Arabic.
    /// What stands behind a whole date is no month: its "Mar" is March, not a Tuesday.
    fn take_month(&mut self, months: u16, tokens: usize) -> bool {
        let before = match self.months {
            0 if self.is_complete() => self.or_weekdays,
            months => months,
        };
        let same = before == 0 || before & months != 0;
        self.months = if self.months == 0 { months } else { self.months & months };
        same && self.day.is_none() && self.take(tokens, Last::Other)
    }

    /// Takes the zone that a word names, with the hours behind it: UTC, GMT+7, UTC+05:30.
    fn take_zone(&mut self, zone: Zone) -> bool {
        self.at += 1;
        let hours = match zone {
            Zone::Fixed(0) if self.token(0).is_some_and(|it| !it.gap) => self.offset(),
            _ => None,
        };
        let zone = match hours {
            Some((seconds, tokens)) => {
                self.at += tokens;
                Zone::Fixed(seconds)
            }
            None => zone,
        };
        self.last = Last::Time;
        self.zone.replace(zone).is_none_or(|other| other == zone)
    }

    /// Seconds of an offset at the place reached, as +01:00, -0500, +1, and how many tokens it has.
    fn offset(&self) -> Option<(i32, usize)> {
        let sign = self.token(0).filter(|it| it.is("+") || it.is("-"))?;
        let hours = self.token(1).filter(|it| !it.gap && it.kind == Kind::Number)?;
        let value: i32 = hours.text.parse().ok()?;
        let (hours, minutes, tokens) = match hours.text.len() {
            1 | 2 if self.joined(2, ":") => (value, self.joined_number(3, 2)?, 4),
            1 | 2 => (value, 0, 2),
            3 | 4 => (value / 100, value % 100, 2),
            _ => return None,
        };
        // The seconds of old local times.
        let seconds = self.joined_number(5, 2).filter(|_| tokens == 4 && self.joined(4, ":"));
        let tokens = tokens + 2 * seconds.is_some() as usize;
        let east = (hours * 60 + minutes) * 60 + seconds.unwrap_or(0);
        let valid = hours < 24 && minutes < 60;
        valid.then_some((if sign.is("-") { -east } else { east }, tokens))
    }

    // ---- signs ----

    fn read_sign(&mut self) -> bool {
        let Some(token) = self.token(0) else { return false };
        let gap = token.gap;
        let timed = self.time.is_some() && self.zone.is_none() && self.is_complete();
        if (token.is("+") || token.is("-")) && (self.last == Last::Time || (timed && gap)) {
            if let Some((seconds, tokens)) = self.offset() {
                let zone = Zone::Fixed(seconds);
                let same = self.zone.replace(zone).is_none_or(|other| other == zone);
                return same && self.take(tokens, Last::Time);
            }
        } else if token.is("+") && self.day.is_some() && self.time.is_none() {
            // The zone of a day alone: it is that day all the same.
            return self.offset().is_some_and(|(_, tokens)| self.take(tokens, Last::Other));
        }
        // The year of six figures.
        if self.at == 0 && (token.is("+") || token.is("-")) {
            return self.long_year();
        }
        // What a zone is called, behind its hours.
        if self.zone.is_some() && (token.is("(") || token.is("[")) {
            let closing = if token.is("(") { ")" } else { "]" };
            let rest = &self.tokens[self.at..];
            let Some(end) = rest.iter().position(|it| it.is(closing)) else { return false };
            return self.take(end + 1, Last::Other);
        }
        if !token.text.chars().all(|sign| BETWEEN.contains(sign)) {
            return false;
        }
        // 2020-03-01-05:00 is a day in a zone, or five in the morning.
        if token.is("-") && !gap && self.day.is_some() && self.time.is_none() {
            let time = self.token(1).is_some_and(|it| !it.gap && it.kind == Kind::Number);
            let seconds = (self.joined(2, ":") && self.joined(4, ":"))
                || (self.joined(2, ".") && self.joined(4, "."))
                || self.joined_number(1, 6).is_some();
            if time && !seconds {
                return false;
            }
        }
        self.at += 1;
        match self.token(0) {
            Some(next) if next.kind == Kind::Sign => {
                // Two at most, as in "Mar., 3".
                let more = self.token(1).is_some_and(|it| it.kind == Kind::Sign);
                !more || next.is("(") || next.is("+") || next.is("-")
            }
            Some(_) => true,
            // Nothing hangs behind a date but a full stop or what closes brackets.
            None => [".", ")", "]"].iter().any(|it| token.is(it)),
        }
    }

    /// -000020-01-01: a year of six figures behind its sign.
    fn long_year(&mut self) -> bool {
        let parts = (self.joined_number(1, 6), self.joined_number(3, 2), self.joined_number(5, 2));
        let (Some(year), Some(month), Some(day)) = parts else { return false };
        let year = if self.tokens[0].is("-") { -year } else { year };
        let date = i16::try_from(year).ok().and_then(|year| date(year, month, day));
        let signs = self.joined(2, "-") && self.joined(4, "-");
        self.day = date.map(|date| Day::Known(date, None));
        signs && self.day.is_some() && self.take(6, Last::Other)
    }

    // ---- all together ----

    fn settle(&self, other_figures: bool) -> Option<Reading> {
        let day = match self.day {
            Some(day) => {
                let alone = self.figures.is_empty() && self.months == 0;
                alone.then_some(day)?
            }
            None => Day::Known(self.in_words()?, None),
        };
        let at = |date: Date| {
            let other_years = other_figures && date.year() < FIRST_IN_OTHER_FIGURES;
            (!other_years).then(|| self.moment(date)).flatten()
        };
        match day {
            Day::Known(date, order) => Some(Reading::At(at(date)?, order)),
            Day::Open(day_first, month_first) => {
                let (day_first, month_first) = (day_first.and_then(at), month_first.and_then(at));
                let any = day_first.is_some() || month_first.is_some();
                any.then_some(Reading::Open { day_first, month_first })
            }
        }
    }

    /// The day of a date whose month is a word.
    fn in_words(&self) -> Option<Date> {
        let [first, second] = &self.figures[..] else { return None };
        let (day, year) = match (first.text.len(), second.text.len()) {
            (1 | 2, 4) => (first, second.text.parse().ok()?),
            (4, 1 | 2) => (second, first.text.parse().ok()?),
            // Of two short numbers the day stands before the month, and the year behind it.
            (1 | 2, 2) if second.shortened || (first.before_month && !second.before_month) => {
                (first, full_year(second.text.parse().ok()?))
            }
            _ => return None,
        };
        let weekdays = (self.or_weekdays & !self.months).count_ones() + self.weekday as u32;
        let months = if self.months == 0 { self.or_weekdays } else { self.months };
        if self.months != 0 && weekdays > 1 {
            return None;
        }
        let month = match months.count_ones() {
            1 => months.trailing_zeros() as i32 + 1,
            // Croatian has a full stop behind the day, Polish has none.
            2 if self.listopad && !day.dotted => 11,
            _ => return None,
        };
        date(year, month, day.text.parse().ok()?)
    }

    /// Seconds since 1970 of a day with the time and the zone.
    fn moment(&self, date: Date) -> Option<i64> {
        let Some(time) = self.time else { return Some(midnight(date)) };
        let local = midnight(date) + time;
        let seconds = match self.zone {
            None => local,
            Some(Zone::Fixed(east)) => local - east as i64,
            Some(Zone::NorthAmerica(winter)) => north_american(date, time, winter)?,
        };
        // In the last hours of the year 9999 it may be the year 10000 elsewhere.
        day_of(seconds).map(|_| seconds)
    }
}

fn date(year: i16, month: i32, day: i32) -> Option<Date> {
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// The day and the seconds of it of a stamp with a time.
fn whole_stamp(token: &Token) -> Option<(Date, i64)> {
    let seconds = stamp(token.text).filter(|_| [12, 14].contains(&token.text.len()))?;
    let part = |from: usize, to: usize| token.text[from..to].parse().ok();
    let date = date(part(0, 4)? as i16, part(4, 6)?, part(6, 8)?)?;
    Some((date, seconds - midnight(date)))
}

fn day_of_week(year: i16, week: i32, day: i32) -> Option<Date> {
    let weekday = jiff::civil::Weekday::from_monday_one_offset(day.try_into().ok()?).ok()?;
    let date = jiff::civil::ISOWeekDate::new(year, week.try_into().ok()?, weekday).ok()?;
    Some(date.date())
}

/// The year of two figures, as RFC 2822 has it.
fn full_year(short: i32) -> i16 {
    (if short < 50 { 2000 + short } else { 1900 + short }) as i16
}

fn seconds(hour: i32, minute: i32, second: i32, more: f64, tokens: usize) -> Option<(i64, usize)> {
    // Midnight at the end of a day is 24:00; a leap second is the one before it.
    let end = hour == 24 && minute == 0 && second == 0 && more == 0.0;
    if (hour > 23 && !end) || minute > 59 || second > 60 {
        return None;
    }
    let whole = (hour * 60 + minute) as i64 * 60 + second.min(59) as i64;
    Some((whole + more as i64, tokens))
}

/// A local time of North America by the rules of summer time since 1987; None before.
fn north_american(date: Date, time: i64, winter: i32) -> Option<i64> {
    let rules = match date.year() {
        2007.. => "M3.2.0,M11.1.0",
        1987.. => "M4.1.0,M10.5.0",
        _ => return None,
    };
    let hours = -winter / 3600;
    let zone = TimeZone::posix(&format!("STD{hours}DST{},{rules}", hours - 1)).ok()?;
    let local = date.at(0, 0, 0, 0).checked_add(jiff::SignedDuration::from_secs(time)).ok()?;
    let moment = zone.to_ambiguous_timestamp(local).compatible().ok()?;
    Some(moment.as_second())
}
