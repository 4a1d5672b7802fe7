//! The sources of articles, as readers know them: Reuters, bbc.co.uk. They are outlets here, since a
//! [`Source`](super::Source) is a file.

use std::borrow::Cow;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use super::names::Names;

/// The number of an article's outlet where it has none.
const NONE: u32 = u32::MAX;

#[derive(Default, Serialize, Deserialize)]
pub struct Outlets {
    /// Each once.
    names: Names,
    /// Of each article, up to the last that has one: without any they take no memory.
    numbers: Vec<u32>,
}

impl Outlets {
    /// Notes the outlet of an article behind those that were noted. A URL stands for its host.
    pub fn push(&mut self, article: usize, name: Option<&str>) {
        let Some(name) = name.map(named).filter(|name| !name.is_empty()) else { return };
        let number = match self.names.push(&name) {
            Ok(()) => self.names.len() as u32 - 1,
            Err(known) => known,
        };
        self.numbers.resize(article, NONE);
        self.numbers.push(number);
    }

    pub fn get(&self, article: usize) -> Option<&str> {
        self.number(article).map(|number| self.names.get(number as usize))
    }

    fn number(&self, article: usize) -> Option<u32> {
        self.numbers.get(article).copied().filter(|&number| number != NONE)
    }

    /// What an article is preferred by, the least first: the place of its outlet among some names,
    /// in whatever case, or else their number.
    pub fn preference(&self, names: &[String]) -> impl Fn(u32) -> u32 {
        let mut places: HashMap<String, u32> = HashMap::new();
        for (place, name) in (0..).zip(names) {
            places.entry(name.to_lowercase()).or_insert(place);
        }
        let others = names.len() as u32;
        let place = |name: &str| places.get(&name.to_lowercase()).copied().unwrap_or(others);
        let places: Vec<u32> =
            (0..self.names.len()).map(|number| place(self.names.get(number))).collect();
        move |article| self.number(article as usize).map_or(others, |it| places[it as usize])
    }

    /// How many articles are of each outlet.
    pub fn counts(&self) -> Vec<(&str, u64)> {
        let mut counts = vec![0; self.names.len()];
        for &number in self.numbers.iter().filter(|&&number| number != NONE) {
            counts[number as usize] += 1;
        }
        counts.into_iter().enumerate().map(|(it, count)| (self.names.get(it), count)).collect()
    }

    /// Makes names found that were saved.
    pub fn book_all(&mut self) {
        self.names.book_all();
    }
}

fn named(value: &str) -> Cow<'_, str> {
    host_of(value).map_or(Cow::Borrowed(value.trim()), Cow::Owned)
}

/// The host of an http(s) URL in small letters, without `www.`; None of all else.
pub fn host_of(value: &str) -> Option<String> {
    let (scheme, rest) = value.trim().split_once("://")?;
    if !["http", "https"].iter().any(|it| it.eq_ignore_ascii_case(scheme)) {
        return None;
    }
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => host,
    };
    let host = host.trim_end_matches('.').to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    (!host.is_empty() && !host.contains(char::is_whitespace)).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_url() {
        let cases = [
            ("https://www.bbc.co.uk/news/1?x=http://a.b", Some("bbc.co.uk")),
            (" HTTP://News.Example.COM ", Some("news.example.com")),
            ("http://user:word@example.org:8080/a", Some("example.org")),
            ("https://example.org?x", Some("example.org")),
            ("https://example.org.#x", Some("example.org")),
            ("http://[::1]:80/", Some("[::1]")),
            ("http://[::1]/", Some("[::1]")),
            ("https://www.ÉCHO.fr/", Some("écho.fr")),
            ("http://", None),
            ("https:///x", None),
            ("http://two words/", None),
            ("ftp://example.org/a", None),
            ("tag:example.org,2020:5", None),
            ("example.org/a", None),
            ("", None),
        ];
        for (url, host) in cases {
            assert_eq!(host_of(url).as_deref(), host, "{url}");
        }
    }

    #[test]
    fn articles_have_their_outlets_and_preferences() {
        let mut outlets = Outlets::default();
        let given =
            [None, Some(" Wire "), None, Some("https://www.wire.org/a"), Some("WIRE"), Some(" ")];
        for (article, name) in given.into_iter().enumerate() {
            outlets.push(article, name);
        }
        let all: Vec<_> = (0..7).map(|article| outlets.get(article)).collect();
        assert_eq!(all, [None, Some("Wire"), None, Some("wire.org"), Some("WIRE"), None, None]);
        assert_eq!(outlets.counts(), [("Wire", 1), ("wire.org", 1), ("WIRE", 1)]);
        let names = ["wire.org", "wire", "Wire.Org"].map(str::to_owned);
        let preference = outlets.preference(&names);
        let all: Vec<_> = (0..7).map(preference).collect();
        assert_eq!(all, [3, 1, 3, 0, 1, 3, 3]);
    }
}
