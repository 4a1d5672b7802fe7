//! Records that are JSON objects.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use hashbrown::HashMap;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Fields, Record, Used, bit, is_none, joined, listed, shortened};

/// Objects read by the names of their fields. A name means a field spelt so, or else in other
/// capitals, or else, where it has dots, one inside others: `_source.body`.
#[derive(Default, Serialize, Deserialize)]
pub struct Form {
    pub fields: Arc<Fields>,
    #[serde(skip)]
    wanted: OnceLock<Wanted>,
}

impl Form {
    pub fn new(fields: Arc<Fields>) -> Form {
        Form { fields, wanted: OnceLock::new() }
    }

    /// Reads a record, or says in words why it is none.
    pub fn parse<'a>(&self, text: &'a str) -> Result<Record<'a>, String> {
        let found = match self.find(text) {
            Ok(found) => found,
            Err(reason) => match mended(text) {
                Some(changed) => return self.parse_changed(&changed).map_err(|_| reason),
                None => return Err(reason),
            },
        };
        let mut used = Used::default();
        if found.texts.is_empty() && !self.fields.joins_texts {
            return Err(no_text_field(text));
        }
        Ok(Record {
            text: self.text(found.texts, &mut used)?,
            id: first_value(found.ids, &mut used.id, |_, _| true),
            date: first_value(found.dates, &mut used.date, |_, _| true),
            source: first_value(found.sources, &mut used.source, |place, value| {
                self.fields.may_be_source(place, value)
            }),
            used,
        })
    }

    fn parse_changed(&self, text: &str) -> Result<Record<'static>, String> {
        self.parse(text).map(Record::into_owned)
    }

    fn find<'a>(&self, text: &'a str) -> Result<Found<'a>, String> {
        let wanted = self.wanted.get_or_init(|| Wanted::of(&self.fields));
        let mut found = Found::default();
        let mut deserializer = serde_json::Deserializer::from_str(text);
        Object { wanted, found: &mut found }
            .deserialize(&mut deserializer)
            .and_then(|()| deserializer.end())
            .map_err(reason)?;
        Ok(found)
    }

    fn text<'a>(
        &self,
        mut texts: Vec<Ranked<Text<'a>>>,
        used: &mut Used,
    ) -> Result<Cow<'a, str>, String> {
        let Fields { text: names, joins_texts, .. } = &*self.fields;
        texts.sort_by_key(|it| it.rank);
        if *joins_texts {
            texts.dedup_by_key(|it| it.place());
            let parts = texts.into_iter().filter(|it| !matches!(it.value, Text::Null)).map(|it| {
                used.text |= bit(it.place());
                match it.value {
                    Text::String(text) => Ok(text),
                    Text::Null => Ok(Cow::Borrowed("")),
                    Text::Other(kind) => {
                        Err(format!("`{}` is {kind}, not a string", names[it.place()]))
                    }
                }
            });
            let parts: Vec<Cow<str>> = parts.collect::<Result<_, _>>()?;
            return joined(parts).ok_or_else(|| match names.as_slice() {
                [_] => format!("{} is missing or null", listed(names)),
                _ => format!("{} are missing or null", listed(names)),
            });
        }
        let is_text = |it: &Ranked<Text>| matches!(&it.value, Text::String(text) if !is_none(text));
        let is_string = |it: &Ranked<Text>| matches!(it.value, Text::String(_));
        let chosen = texts.iter().position(is_text).or_else(|| texts.iter().position(is_string));
        let Some(chosen) = chosen else {
            return Err(self.no_text(&texts));
        };
        let Ranked { rank, value: Text::String(text) } = texts.swap_remove(chosen) else {
            unreachable!("a string was chosen");
        };
        used.text = bit(place(rank));
        Ok(text)
    }

    fn no_text(&self, texts: &[Ranked<Text>]) -> String {
        let names = &self.fields.text;
        let kind = |it: &Ranked<Text>| match it.value {
            Text::Other(kind) => Some(format!("`{}` is {kind}, not a string", names[it.place()])),
            _ => None,
        };
        texts.iter().find_map(kind).unwrap_or_else(|| match texts.first() {
            Some(it) => format!("`{}` is null", names[it.place()]),
            None => format!("{} is missing", listed(names)),
        })
    }
}

/// Says that an object has no field of a text, and which it has.
fn no_text_field(text: &str) -> String {
    let fields: HashMap<BorrowedString, IgnoredAny> =
        serde_json::from_str(text).unwrap_or_default();
    let mut names: Vec<&str> = fields.keys().map(|name| &*name.0).collect();
    names.sort_unstable();
    match names.as_slice() {
        [] => "no text field found; name it with --text-field".to_owned(),
        names => format!("no text field among {}; name it with --text-field", shortened(names)),
    }
}

/// The first of some values that is one, and may be the one that is looked for.
fn first_value<'a>(
    mut values: Vec<Ranked<&'a RawValue>>,
    used: &mut Option<usize>,
    may_be: impl Fn(usize, &str) -> bool,
) -> Option<Cow<'a, str>> {
    values.sort_by_key(|it| it.rank);
    let value = |it: &Ranked<&'a RawValue>| {
        let value = plain_value(it.value).filter(|value| may_be(it.place(), value))?;
        Some((it.place(), value))
    };
    let (place, value) = values.iter().find_map(value)?;
    *used = Some(place);
    Some(value)
}

/// A string's value or a number as it is written, also inside an object as MongoDB exports it:
/// `{"$oid": "5e3"}`, `{"$date": {"$numberLong": "1583020800000"}}`, or alone in a list, as Solr
/// gives it. None for all else, and for a string that says that there is none.
fn plain_value(raw: &RawValue) -> Option<Cow<'_, str>> {
    let json = raw.get();
    match json.as_bytes()[0] {
        b'"' => {
            let text: BorrowedString = serde_json::from_str(json).ok()?;
            Some(text.0).filter(|text| !is_none(text))
        }
        b'-' | b'0'..=b'9' => Some(Cow::Borrowed(json)),
        b'{' => {
            let Extended(name, value) = serde_json::from_str(json).ok()?;
            if name == "$timestamp" {
                let Extended(_, seconds) = serde_json::from_str(value.get()).ok()?;
                return plain_value(seconds);
            }
            (name.starts_with('$') || name == "base64").then(|| plain_value(value))?
        }
        b'[' => {
            let [value]: [&RawValue; 1] = serde_json::from_str(json).ok()?;
            plain_value(value)
        }
        _ => None,
    }
}

/// The first field of an object.
struct Extended<'a>(Cow<'a, str>, &'a RawValue);

impl<'de> Deserialize<'de> for Extended<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct First;
        impl<'de> Visitor<'de> for First {
            type Value = Extended<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object with a field")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let first: Option<(BorrowedString, &RawValue)> = map.next_entry()?;
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                let (name, value) = first.ok_or_else(|| serde::de::Error::custom("empty"))?;
                Ok(Extended(name.0, value))
            }
        }
        deserializer.deserialize_map(First)
    }
}

fn reason(error: serde_json::Error) -> String {
    let message = error.to_string();
    match message.rsplit_once(" at line ") {
        Some((what, _)) if error.is_data() => what.to_owned(),
        Some((what, place)) => {
            let column = place.strip_prefix("1 ").unwrap_or(place);
            let line = if column.len() == place.len() { "line " } else { "" };
            format!("not JSON: {what} at {line}{column}")
        }
        None => format!("not JSON: {message}"),
    }
}

/// The text as JSON has it, where programs write what it has not: NaN and Infinity, which become
/// null; half of a character (`\ud83d`), as is left where a text was cut; control characters but
/// NUL in strings; a comma behind the record. None where there is none of these.
fn mended(text: &str) -> Option<String> {
    let trimmed = text.trim_ascii_end();
    let end = trimmed.strip_suffix(',').map_or(text.len(), str::len);
    let bytes = &text.as_bytes()[..end];
    let mut changed = String::new();
    let (mut at, mut copied, mut in_string) = (0, 0, false);
    while let Some(&byte) = bytes.get(at) {
        let (length, instead) = match byte {
            b'"' => {
                in_string = !in_string;
                (1, None)
            }
            b'\\' if bytes.get(at + 1) == Some(&b'u') => match surrogate(&bytes[at..]) {
                Some(0xD800..=0xDBFF)
                    if matches!(surrogate(&bytes[at + 6..]), Some(0xDC00..=0xDFFF)) =>
                {
                    (12, None)
                }
                Some(_) => (6, Some("\\ufffd".to_owned())),
                None => (2, None),
            },
            b'\\' => (2, None),
            1..=31 if in_string => (1, Some(format!("\\u{byte:04x}"))),
            b'N' | b'I' | b'-' if !in_string => {
                let rest = &bytes[at..];
                let word = ["NaN", "Infinity", "-Infinity"];
                match word.into_iter().find(|word| rest.starts_with(word.as_bytes())) {
                    Some(word) => (word.len(), Some("null".to_owned())),
                    None => (1, None),
                }
            }
            _ => (1, None),
        };
        if let Some(instead) = instead {
            changed.push_str(&text[copied..at]);
            changed.push_str(&instead);
            copied = at + length;
        }
        at += length;
    }
    (copied > 0 || end < text.len()).then(|| changed + &text[copied..end])
}

/// The half of a character that an escape stands for.
fn surrogate(escape: &[u8]) -> Option<u16> {
    let digits = str::from_utf8(escape.strip_prefix(b"\\u")?.get(..4)?).ok()?;
    u16::from_str_radix(digits, 16).ok().filter(|it| (0xD800..=0xDFFF).contains(it))
}

/// Where a string that begins at a quote is over.
pub fn string_end(bytes: &[u8], quote: usize) -> Option<usize> {
    let mut at = quote + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        match bytes[at] {
            b'"' => return Some(at + 1),
            _ => at += 2,
        }
    }
}

#[derive(Deserialize, PartialEq, Eq, Hash)]
struct BorrowedString<'a>(#[serde(borrow)] Cow<'a, str>);

enum Text<'a> {
    String(Cow<'a, str>),
    Null,
    Other(&'static str),
}

/// A value of a field, and how much it counts: less is better.
struct Ranked<T> {
    rank: usize,
    value: T,
}

impl<T> Ranked<T> {
    fn place(&self) -> usize {
        place(self.rank)
    }
}

/// Spellings of one name: as it is given, in other capitals, and both as a path.
const SPELLINGS: usize = 4;

/// The place of a field's name among its like.
fn place(rank: usize) -> usize {
    rank / SPELLINGS
}

#[derive(Default)]
struct Found<'a> {
    texts: Vec<Ranked<Text<'a>>>,
    ids: Vec<Ranked<&'a RawValue>>,
    dates: Vec<Ranked<&'a RawValue>>,
    sources: Vec<Ranked<&'a RawValue>>,
}

/// Takes a value; of two fields of one name the last counts.
fn take<T>(values: &mut Vec<Ranked<T>>, rank: usize, value: T) {
    match values.iter_mut().find(|it| it.rank == rank) {
        Some(same) => same.value = value,
        None => values.push(Ranked { rank, value }),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Role {
    Text,
    Id,
    Date,
    Source,
}

/// What is wanted of an object, by the names of its fields in small letters.
#[derive(Default)]
struct Wanted(HashMap<String, Field>);

#[derive(Default)]
struct Field {
    /// What the field itself may be, with the spelling that is best.
    roles: Vec<(Role, usize, String)>,
    inside: Wanted,
}

impl Wanted {
    fn of(fields: &Fields) -> Wanted {
        let mut wanted = Wanted::default();
        let roles = [
            (Role::Text, &fields.text),
            (Role::Id, &fields.id),
            (Role::Date, &fields.date),
            (Role::Source, &fields.source),
        ];
        for (role, names) in roles {
            for (place, name) in names.iter().enumerate() {
                let rank = place * SPELLINGS;
                wanted.field(name).roles.push((role, rank, name.clone()));
                if let Some((outer, last)) = name.rsplit_once('.') {
                    let mut inside = &mut wanted;
                    for part in outer.split('.') {
                        inside = &mut inside.field(part).inside;
                    }
                    inside.field(last).roles.push((role, rank + 2, last.to_owned()));
                }
            }
        }
        wanted
    }

    fn field(&mut self, name: &str) -> &mut Field {
        self.0.entry(name.to_lowercase()).or_default()
    }

    fn find(&self, name: &str) -> Option<&Field> {
        if name.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
            return self.0.get(&name.to_lowercase());
        }
        self.0.get(name)
    }
}

/// An object of which the wanted fields go to `found`.
struct Object<'w, 'f, 'de> {
    wanted: &'w Wanted,
    found: &'f mut Found<'de>,
}

impl<'de> DeserializeSeed<'de> for Object<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(BorrowedString(name)) = map.next_key()? {
            let Some(field) = self.wanted.find(&name) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let spelt = |(rank, wanted): (usize, &str)| rank + (*wanted != *name) as usize;
            // Texts are long: most are read once, and without a copy.
            if let [(Role::Text, rank, wanted)] = field.roles.as_slice()
                && field.inside.0.is_empty()
            {
                take(&mut self.found.texts, spelt((*rank, wanted)), map.next_value()?);
                continue;
            }
            let raw: &RawValue = map.next_value()?;
            for (role, rank, wanted) in &field.roles {
                let rank = spelt((*rank, wanted));
                match role {
                    Role::Text => {
                        let text = serde_json::from_str(raw.get());
                        let text = text.map_err(serde::de::Error::custom)?;
                        take(&mut self.found.texts, rank, text);
                    }
                    Role::Id => take(&mut self.found.ids, rank, raw),
                    Role::Date => take(&mut self.found.dates, rank, raw),
                    Role::Source => take(&mut self.found.sources, rank, raw),
                }
            }
            if !field.inside.0.is_empty() && raw.get().starts_with('{') {
                let mut deserializer = serde_json::Deserializer::from_str(raw.get());
                Object { wanted: &field.inside, found: self.found }
                    .deserialize(&mut deserializer)
                    .map_err(serde::de::Error::custom)?;
            }
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}
struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text::String(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text::String(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Text<'de>, E> {
        Ok(Text::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Text<'de>, E> {
        Ok(Text::Other("a boolean"))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Text<'de>, E> {
        Ok(Text::Other("a number"))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Text<'de>, E> {
        Ok(Text::Other("a number"))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Text<'de>, E> {
        Ok(Text::Other("a number"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Text<'de>, A::Error> {
        // Paragraphs.
        let (mut texts, mut others) = (Vec::new(), false);
        while let Some(text) = seq.next_element()? {
            match text {
                Text::String(text) => texts.push(text),
                Text::Null => {}
                Text::Other(_) => others = true,
            }
        }
        let text = joined(texts).filter(|_| !others);
        Ok(text.map_or(Text::Other("a list"), Text::String))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text::Other("an object"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::encoding::Encoding;
    use crate::corpus::record;

    type Read = Result<(String, Option<String>, Option<String>), String>;

    fn form(text: &[&str], joins_texts: bool) -> Form {
        let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let (id, date) = (named(&["_id", "id", "url", "_source.id"]), named(&["date"]));
        let source = named(&["source", "source.name", "_source.source", "url"]);
        let fields = Fields { text: named(text), id, date, source, links_from: 3, joins_texts };
        Form::new(Arc::new(fields))
    }

    fn read(form: &Form, line: &str) -> Read {
        let owned = |value: Cow<str>| value.into_owned();
        let record = form.parse(line)?;
        Ok((owned(record.text), record.id.map(owned), record.date.map(owned)))
    }

    fn article(text: &str, id: Option<&str>) -> Read {
        Ok((text.into(), id.map(Into::into), None))
    }

    #[test]
    fn reads_records_and_names_what_is_wrong() {
        let joined = form(&["title", "text"], true);
        let cases = [
            (r#"{"text": "a\nb", "id": "x"}"#, article("a\nb", Some("x"))),
            (r#"{"text": "a", "title": "t"}"#, article("t\n\na", None)),
            (r#"{"text": "a", "title": null, "id": null}"#, article("a", None)),
            (r#"{"text": "a", "text": "b", "id": ""}"#, article("b", None)),
            (
                r#"{"text": "a", "id": 123456789012345678901234567890}"#,
                article("a", Some("123456789012345678901234567890")),
            ),
            (r#"{"text": "a", "other": [{"text": 1}]} "#, article("a", None)),
            (r#"{"text": 5}"#, Err("`text` is a number, not a string".into())),
            (r#"{"text": ["a", null, "b"]}"#, article("a\n\nb", None)),
            (r#"{"text": ["a", 5]}"#, Err("`text` is a list, not a string".into())),
            (r#"{"text": []}"#, Err("`text` is a list, not a string".into())),
            (r#"{"body": "a"}"#, Err("`title`, `text` are missing or null".into())),
            (r#"["text"]"#, Err("invalid type: sequence, expected a JSON object".into())),
            (r#"{"text": "a"} x"#, Err("not JSON: trailing characters at column 15".into())),
            (r#"{"text": "a"#, Err("not JSON: EOF while parsing a string at column 11".into())),
            ("{\n\"text\":", Err("not JSON: EOF while parsing a value at line 2 column 7".into())),
        ];
        for (line, expected) in cases {
            assert_eq!(read(&joined, line), expected, "{line}");
        }
        let wrong = |line: &str| read(&joined, line).unwrap_err();
        assert!(wrong("{\"text\": \"a\0\"}").starts_with("not JSON: control character"));
        // What programs write that is no JSON.
        let changed = [
            (r#"{"text": "a\ud83d b\udc00 \ud83d\ude00"}"#, "a\u{fffd} b\u{fffd} \u{1f600}"),
            ("{\"text\": \"a\tb\u{b}\\\\\"},\n", "a\tb\u{b}\\"),
            (r#"{"text": "NaN", "x": [NaN, -Infinity, -1]},"#, "NaN"),
        ];
        for (line, text) in changed {
            assert_eq!(read(&joined, line), article(text, None), "{line}");
        }
        let deep = format!("{{\"text\": \"a\", \"deep\": {}", "[".repeat(100_000));
        assert!(wrong(&deep).starts_with("not JSON: EOF while parsing"));
        let bytes = record::Form::Json(Arc::new(joined));
        let bytes = bytes.parse(b"{\"text\": \"\xff\"}", Encoding::UTF_8);
        assert_eq!(bytes.err().unwrap(), "not UTF-8: bad byte at 11");
    }

    #[test]
    fn what_is_no_value_gives_way_to_the_next() {
        let first = form(&["text", "body", "_source.body", "description"], false);
        let cases = [
            (r#"{"body": "b", "text": "a"}"#, article("a", None)),
            (r#"{"body": "b", "text": null}"#, article("b", None)),
            (r#"{"body": "b", "text": " \n"}"#, article("b", None)),
            (r#"{"body": "b", "text": [5]}"#, article("b", None)),
            (r#"{"body": "b", "text": "None"}"#, article("b", None)),
            (r#"{"body": null, "text": "null"}"#, article("null", None)),
            (r#"{"body": null, "text": ""}"#, article("", None)),
            (r#"{"Body": "b", "TEXT": "a"}"#, article("a", None)),
            (r#"{"Text": "b", "text": "a", "TEXT": "c"}"#, article("a", None)),
            (r#"{"_source": {"body": "b", "id": 5}, "_id": "x"}"#, article("b", Some("x"))),
            (r#"{"_source": {"body": "b", "id": 5}}"#, article("b", Some("5"))),
            (r#"{"_source.body": "flat", "_source": {"body": "b"}}"#, article("flat", None)),
            (r#"{"_source": "none", "description": "d"}"#, article("d", None)),
            (r#"{"text": "a", "_id": null, "id": "", "url": "u"}"#, article("a", Some("u"))),
            (r#"{"text": "a", "_id": [1, 2], "id": true, "url": 7}"#, article("a", Some("7"))),
            (r#"{"text": "a", "_id": "NULL", "id": ["x"]}"#, article("a", Some("x"))),
            (r#"{"text": "a", "_id": {"$oid": "5e"}}"#, article("a", Some("5e"))),
            (r#"{"text": "a", "_id": {"$numberLong": "7"}}"#, article("a", Some("7"))),
            (
                r#"{"text": "a", "_id": {"$binary": {"base64": "AA==", "subType": "03"}}}"#,
                article("a", Some("AA==")),
            ),
            (r#"{"text": "a", "_id": {"oid": "5e"}, "id": {}}"#, article("a", None)),
            (r#"{"text": "NaN", "id": NaN, "x": [-Infinity]}"#, article("NaN", None)),
            (r#"{"text": NaN}"#, Err("not JSON: expected value at column 10".into())),
            (r#"{"text": "a", "id": Nan}"#, Err("not JSON: expected value at column 21".into())),
            (r#"{"text": null}"#, Err("`text` is null".into())),
            (r#"{"text": null, "body": 5}"#, Err("`body` is a number, not a string".into())),
            (r#"{"x": "a"}"#, Err("no text field among x; name it with --text-field".into())),
        ];
        for (line, expected) in cases {
            assert_eq!(read(&first, line), expected, "{line}");
        }
        let dated = first.parse(r#"{"text": "a", "date": {"$date": {"$numberLong": "-5"}}}"#);
        assert_eq!(dated.unwrap().date.unwrap(), "-5");
        let dated = first.parse(r#"{"text": "a", "date": {"$timestamp": {"t": 5, "i": 1}}}"#);
        assert_eq!(dated.unwrap().date.unwrap(), "5");
        let used = first.parse(r#"{"body": "b", "text": null, "url": "u"}"#).unwrap().used;
        assert_eq!(used, Used { text: 2, id: Some(2), date: None, source: None });
    }

    #[test]
    fn the_source_is_a_name_or_else_a_url() {
        let form = form(&["text"], false);
        let cases = [
            (r#"{"source": "Wire", "url": "https://a.org/1"}"#, Some(("Wire", 0))),
            (r#"{"source": {"id": null, "name": "Wire"}}"#, Some(("Wire", 1))),
            (r#"{"_source": {"source": {"name": 5}, "source.name": 6}, "url": "x"}"#, None),
            (r#"{"_source": {"source": "Wire"}}"#, Some(("Wire", 2))),
            (r#"{"_source": "Wire"}"#, None),
            (r#"{"source": 7}"#, Some(("7", 0))),
            (r#"{"source": ["Wire"]}"#, Some(("Wire", 0))),
            (r#"{"source": ["a", "b"], "url": "http://a.org/1"}"#, Some(("http://a.org/1", 3))),
            (r#"{"source": "N/A", "url": "http://a.org/1"}"#, Some(("http://a.org/1", 3))),
            (r#"{"source": null, "url": "/a.html"}"#, None),
            (r#"{"source": true}"#, None),
        ];
        for (line, expected) in cases {
            let line = line.replacen('{', r#"{"text": "a", "#, 1);
            let record = form.parse(&line).unwrap();
            let found = record.source.as_deref().zip(record.used.source);
            assert_eq!(found, expected, "{line}");
        }
    }
}
