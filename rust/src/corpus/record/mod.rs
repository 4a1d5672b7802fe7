//! One record of a file: its text, id, date and source, found without building the rest of it.

pub mod json;
pub mod row;

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::encoding::Encoding;
use super::outlets::host_of;

/// The names of the fields that are read, the most telling first. Any may be missing, empty or of
/// another type: then the next counts.
#[derive(Clone, Default, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fields {
    pub text: Vec<String>,
    pub id: Vec<String>,
    pub date: Vec<String>,
    /// Those of the source, its outlet.
    pub source: Vec<String>,
    /// From this place on they count only where they have a URL, whose host it is.
    pub links_from: usize,
    /// Whether all text fields count, joined by a blank line, and not the first that has a text.
    pub joins_texts: bool,
}

#[derive(Debug)]
pub struct Record<'a> {
    pub text: Cow<'a, str>,
    pub id: Option<Cow<'a, str>>,
    pub date: Option<Cow<'a, str>>,
    pub source: Option<Cow<'a, str>>,
    pub used: Used,
}

/// The fields that gave a record its text, id, date and source, by their places among the names.
#[derive(Clone, Copy, Default, Debug, PartialEq)]
pub struct Used {
    /// A bit each.
    pub text: u64,
    pub id: Option<usize>,
    pub date: Option<usize>,
    pub source: Option<usize>,
}

/// How many records each field was used for, in the order of the names.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub struct Usage {
    pub text: Vec<u64>,
    pub id: Vec<u64>,
    pub date: Vec<u64>,
    pub source: Vec<u64>,
}

impl Usage {
    pub fn count(&mut self, used: &Used) {
        for place in 0..64 - used.text.leading_zeros() as usize {
            if used.text >> place & 1 == 1 {
                add(&mut self.text, place, 1);
            }
        }
        for (counts, place) in
            [(&mut self.id, used.id), (&mut self.date, used.date), (&mut self.source, used.source)]
        {
            if let Some(place) = place {
                add(counts, place, 1);
            }
        }
    }

    pub fn merge(&mut self, other: &Usage) {
        let Usage { text, id, date, source } = self;
        for (counts, more) in
            [(text, &other.text), (id, &other.id), (date, &other.date), (source, &other.source)]
        {
            more.iter().enumerate().for_each(|(place, &more)| add(counts, place, more));
        }
    }
}

fn add(counts: &mut Vec<u64>, place: usize, more: u64) {
    if counts.len() <= place {
        counts.resize(place + 1, 0);
    }
    counts[place] += more;
}

impl Fields {
    /// Whether a value may be the source, in the field at a place of its names.
    fn may_be_source(&self, place: usize, value: &str) -> bool {
        place < self.links_from || host_of(value).is_some()
    }
}

/// How the records of a file are written.
#[derive(Serialize, Deserialize)]
pub enum Form {
    /// One for all files, of which there may be one an article.
    Json(Arc<json::Form>),
    Row(row::Form),
}

impl Form {
    /// Reads a record, or says in words why it is none.
    pub fn parse<'a>(&self, bytes: &'a [u8], encoding: Encoding) -> Result<Record<'a>, String> {
        match encoding.decode(bytes)? {
            Cow::Borrowed(text) => self.parse_text(text),
            Cow::Owned(text) => self.parse_text(&text).map(Record::into_owned),
        }
    }

    fn parse_text<'a>(&self, text: &'a str) -> Result<Record<'a>, String> {
        match self {
            Form::Json(form) => form.parse(text),
            Form::Row(form) => form.parse(text),
        }
    }

    pub fn fields(&self) -> &Fields {
        match self {
            Form::Json(form) => &form.fields,
            Form::Row(form) => &form.fields,
        }
    }
}

impl Record<'_> {
    fn into_owned(self) -> Record<'static> {
        let own = |value: Cow<str>| Cow::Owned(value.into_owned());
        Record {
            text: own(self.text),
            id: self.id.map(own),
            date: self.date.map(own),
            source: self.source.map(own),
            ..self
        }
    }
}

/// Joins texts by a blank line.
fn joined<'a>(texts: impl IntoIterator<Item = Cow<'a, str>>) -> Option<Cow<'a, str>> {
    texts.into_iter().reduce(|mut all, text| {
        all.to_mut().push_str("\n\n");
        all.to_mut().push_str(&text);
        all
    })
}

/// Whether a text is none: blank, or what programs write for no value.
fn is_none(text: &str) -> bool {
    const NONE: [&str; 8] = ["null", "none", "nan", "nat", "<na>", "n/a", "\\n", "undefined"];
    let text = text.trim();
    text.len() <= 9 && (text.is_empty() || NONE.iter().any(|none| none.eq_ignore_ascii_case(text)))
}

/// Names for a message, of which there may be many, and long ones.
pub fn shortened<S: AsRef<str>>(names: &[S]) -> String {
    const NAMES: usize = 12;
    const CHARACTERS: usize = 30;
    let short = |name: &S| match name.as_ref().trim().char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}…", &name.as_ref().trim()[..end]),
        None => name.as_ref().trim().to_owned(),
    };
    let mut shown: Vec<String> = names.iter().take(NAMES).map(short).collect();
    if names.len() > NAMES {
        shown.push(format!("{} more", names.len() - NAMES));
    }
    shown.join(", ")
}

fn bit(place: usize) -> u64 {
    1 << place.min(63)
}

fn listed(names: &[String]) -> String {
    format!("`{}`", names.join("`, `"))
}
