//! The dates of a corpus: those that are read at once, and those that wait for the order of day and
//! month. A file is a column of dates: what one of them proves holds for all. A file that proves
//! nothing takes the order that the others with the same date field prove, if these agree: one file
//! an article is a usual layout.

use std::time::{SystemTime, UNIX_EPOCH};

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use super::source::{Kind, Location, Source};
use crate::text::date::{self, NO_DATE, Order, Reading};

/// Characters of the longest example.
const LONGEST_EXAMPLE: usize = 60;

/// The dates of a batch, as they are read.
#[derive(Default)]
pub struct Dates {
    readings: Vec<Reading>,
    /// The texts of those that are no plain date, by their places.
    texts: Vec<(u32, Box<str>)>,
    /// Seconds since 1970; 0 before the first is read.
    now: i64,
}

impl Dates {
    /// Takes the date of the next article; one of blanks is none.
    pub fn push(&mut self, text: Option<&str>) {
        let reading = reading(text);
        let text = text.map(str::trim);
        if self.now == 0 {
            self.now = now();
        }
        if let Some(text) = text.filter(|_| !is_plain(reading, self.now)) {
            let text: String = text.chars().take(LONGEST_EXAMPLE).collect();
            self.texts.push((self.readings.len() as u32, text.into()));
        }
        self.readings.push(reading);
    }

    fn get(&self, index: usize) -> (Reading, &str) {
        let text = self.texts.binary_search_by_key(&(index as u32), |it| it.0);
        (self.readings[index], text.map_or("", |at| &self.texts[at].1))
    }
}

/// What a date says, one of blanks that there is none.
pub fn reading(text: Option<&str>) -> Reading {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    text.map_or(Reading::At(NO_DATE, None), date::read)
}

/// Whether nothing is to be told of a date.
fn is_plain(reading: Reading, now: i64) -> bool {
    reading.alone().is_some_and(|it| it == NO_DATE || !date::is_doubtful(it, now))
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs() as i64)
}

/// How many dates of a kind there are, and the first: as it is written, in which source and row.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Counted {
    pub count: u64,
    pub example: Option<(Box<str>, u32, u64)>,
}

impl Counted {
    fn add(&mut self, text: &str, at: &Location) {
        self.count += 1;
        self.example.get_or_insert_with(|| (text.into(), at.source, at.row));
    }

    /// Those of two kinds together.
    pub fn and(&self, other: &Counted) -> Counted {
        let example = self.example.as_ref().or(other.example.as_ref()).cloned();
        Counted { count: self.count + other.count, example }
    }
}

/// An article whose date has several readings; NO_DATE stands for one that there is not.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Open {
    article: u32,
    day_first: i64,
    month_first: i64,
}

/// A source with dates that prove an order, or have none.
#[derive(Serialize, Deserialize)]
struct Column {
    source: u32,
    /// A bit for each order that dates prove.
    proved: u8,
    /// The first that has several readings.
    open: Option<Box<str>>,
}

/// What is known of the dates of all sources.
#[derive(Default, Serialize, Deserialize)]
pub struct Columns {
    /// The order that the user gave.
    pub order: Option<Order>,
    /// The date fields of tables, by their sources.
    pub fields: HashMap<u32, String>,
    columns: Vec<Column>,
    open: Vec<Open>,
    unread: Counted,
    doubtful: Counted,
    settled: Settled,
}

/// What became of the dates of several readings.
#[derive(Default, Serialize, Deserialize)]
struct Settled {
    /// How many articles there were.
    articles: usize,
    day_first: u64,
    month_first: u64,
    unread: u64,
    unordered: Counted,
    doubtful: Counted,
}

impl Columns {
    /// Takes the date of the article of a number, and returns its seconds as far as they are known.
    pub fn push(&mut self, dates: &Dates, index: usize, article: u32, at: &Location) -> i64 {
        let (reading, text) = dates.get(index);
        match reading {
            Reading::At(seconds, order) => {
                if let Some(order) = order {
                    self.column(at.source).proved |= 1 << order as u8;
                }
                if !is_plain(reading, dates.now) {
                    self.doubtful.add(text, at);
                }
                seconds
            }
            Reading::Open { day_first, month_first } => {
                self.column(at.source).open.get_or_insert_with(|| text.into());
                let [day_first, month_first] =
                    [day_first, month_first].map(|it| it.unwrap_or(NO_DATE));
                self.open.push(Open { article, day_first, month_first });
                NO_DATE
            }
            Reading::Unread => {
                self.unread.add(text, at);
                NO_DATE
            }
        }
    }

    fn column(&mut self, source: u32) -> &mut Column {
        let found = self.columns.binary_search_by_key(&source, |it| it.source);
        let at = found.unwrap_or_else(|at| {
            self.columns.insert(at, Column { source, proved: 0, open: None });
            at
        });
        &mut self.columns[at]
    }

    /// All that were not read.
    pub fn unread(&self) -> Counted {
        let all = self.unread.and(&self.settled.unordered);
        Counted { count: all.count + self.settled.unread, ..all }
    }

    /// Those that were not read for want of an order.
    pub fn unordered(&self) -> &Counted {
        &self.settled.unordered
    }

    /// Those read that no article can have.
    pub fn doubtful(&self) -> Counted {
        self.doubtful.and(&self.settled.doubtful)
    }

    /// How many of several readings were read with the day first, and with the month first.
    pub fn settled(&self) -> (u64, u64) {
        (self.settled.day_first, self.settled.month_first)
    }
}

/// The order that some dates prove, if they prove one alone.
pub fn proved_order(proved: u8) -> Option<Order> {
    [Order::DayFirst, Order::MonthFirst].into_iter().find(|&order| proved == 1 << order as u8)
}

impl Columns {
    /// Reads the dates that had several readings, as far as all dates together tell which: those of
    /// articles that lie at these places in these sources.
    pub fn settle(&mut self, dates: &mut [i64], locations: &[Location], sources: &[Source]) {
        let articles = locations.len();
        if self.settled.articles == articles {
            return;
        }
        let orders = self.orders(sources);
        let Columns { columns, open, settled, .. } = self;
        *settled = Settled { articles, ..Settled::default() };
        let now = now();
        for &Open { article, day_first, month_first } in &*open {
            let at = &locations[article as usize];
            let column = columns.binary_search_by_key(&at.source, |it| it.source);
            let column = column.expect("an open date has a column");
            let seconds = match orders[column] {
                Some(Order::DayFirst) => day_first,
                Some(Order::MonthFirst) => month_first,
                _ => NO_DATE,
            };
            dates[article as usize] = seconds;
            match orders[column] {
                None => settled.unordered.add(columns[column].open.as_deref().unwrap_or(""), at),
                // In this order it is no date.
                _ if seconds == NO_DATE => settled.unread += 1,
                Some(Order::DayFirst) => settled.day_first += 1,
                Some(_) => settled.month_first += 1,
            }
            if seconds != NO_DATE && date::is_doubtful(seconds, now) {
                settled.doubtful.add(&date::format(seconds), at);
            }
        }
    }

    /// The order of each column.
    fn orders(&self, sources: &[Source]) -> Vec<Option<Order>> {
        let Columns { order, fields, columns, .. } = self;
        if order.is_some() {
            return vec![*order; columns.len()];
        }
        let field_of = |source: u32| match &sources[source as usize].kind {
            Kind::Records(records) => Some(records.date_fields().join("\n").to_lowercase()),
            _ => fields.get(&source).map(|name| name.to_lowercase()),
        };
        let mut by_field: HashMap<String, u8> = HashMap::new();
        for column in columns.iter().filter(|it| it.proved != 0) {
            if let Some(field) = field_of(column.source) {
                *by_field.entry(field).or_default() |= column.proved;
            }
        }
        let order = |column: &Column| {
            let others = || by_field.get(&field_of(column.source)?).copied();
            let proved = if column.proved == 0 { others()? } else { column.proved };
            proved_order(proved)
        };
        columns.iter().map(order).collect()
    }
}
