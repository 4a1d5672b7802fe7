//! Any bytes as a file of JSON objects or of rows: every byte is of a record, of a rejection, or
//! between two of them; every record can be read again where it lies; and the file that is written of
//! all records is read as these.

#![no_main]

use std::path::Path;

use dedup_core::corpus::encoding::Encoding;
use dedup_core::corpus::record::{Fields, Form};
use dedup_core::corpus::texts::Texts;
use dedup_core::corpus::{Corpus, Frame, Kind, Records};
use dedup_core::dump::read::layout::Format;
use dedup_core::dump::read::records::{self, Choice};
use dedup_core::dump::write::write_clean;
use dedup_core::progress::Progress;
use dedup_core::text::words::Words;
use dedup_fuzz::{SKETCHER, corpus, emptied, fields, one_thread};
use libfuzzer_sys::fuzz_target;

const ENCODINGS: [&str; 7] =
    ["utf-8", "latin1", "utf-16le", "utf-16be", "shift_jis", "gb18030", "windows-1251"];

fuzz_target!(|data: &[u8]| {
    // So that a seed is a file with two letters before it.
    let [format, encoding, data @ ..] = data else { return };
    let delimiter = match format {
        b'j' => None,
        b't' => Some(b'\t'),
        b';' => Some(b';'),
        _ => Some(b','),
    };
    let encoding = ENCODINGS.get((*encoding as usize).wrapping_sub(b'0' as usize));
    let fields = Fields { joins_texts: format.is_ascii_uppercase(), ..fields() };
    let choice = |encoding| Choice {
        format: match delimiter {
            None => Format::Json,
            Some(delimiter) => Format::Rows { delimiter, may_be_unquoted: delimiter == b'\t' },
        },
        fields: fields.clone(),
        encoding,
        date: None,
    };
    one_thread();
    let folder = emptied("records");
    let name = if delimiter.is_none() { "x.json" } else { "x.csv" };
    let path = folder.join(name);
    std::fs::write(&path, data).unwrap();
    let read = |path: &Path, encoding| {
        let mut corpus = corpus(&folder);
        let progress = Progress::default();
        records::read(&mut corpus, path, name, choice(encoding), &SKETCHER, &progress).unwrap();
        corpus
    };
    let first = read(&path, encoding.map(|name| Encoding::named(name).unwrap()));
    let texts = texts(&first);
    let records = records_of(&first);
    let bytes = std::fs::read(first.sources[0].plain_path()).unwrap();
    check_extents(&first, records, &bytes);
    if texts.is_empty() {
        return;
    }

    let clean = folder.join("clean");
    let kept = vec![true; first.len()];
    let written = write_clean(&first, &kept, 0, &clean, &Progress::default()).unwrap();
    assert_eq!(written as usize, texts.len());
    let again = read(&clean, Some(records.encoding));
    // Without what was rejected the others may be of other columns or signs, a value for a line, and
    // what is damaged for what is around an array, which is written as it was.
    let is_told_again = match (&records.form, &records.frame) {
        (Some(Form::Json(_)), Frame::Lines { .. }) => true,
        _ => first.rejections.is_empty(),
    };
    if is_told_again {
        let reasons: Vec<&str> = again.rejections.iter().map(|it| &*it.reason).collect();
        assert!(reasons.is_empty(), "{reasons:?}");
        assert_eq!(self::texts(&again), texts);
    }
});

fn records_of(corpus: &Corpus) -> &Records {
    let Kind::Records(records) = &corpus.sources[0].kind else { panic!("a file of records") };
    records
}

/// The texts, read again.
fn texts(corpus: &Corpus) -> Vec<String> {
    let (mut texts, mut words) = (Texts::new(corpus), Words::default());
    (0..corpus.len() as u32).map(|it| texts.read(it, &mut words).unwrap().into_owned()).collect()
}

/// Records and rejections do not overlap, and between two of them nothing stands that could be one.
fn check_extents(corpus: &Corpus, records: &Records, bytes: &[u8]) {
    let located = corpus.locations.iter().map(|it| (it.offset, it.length as u64));
    let rejected = corpus.rejections.iter().map(|it| (it.raw.offset, it.raw.length));
    let mut extents: Vec<(u64, u64)> = located.chain(rejected).collect();
    extents.sort_unstable();
    let header = match &records.frame {
        Frame::Lines { header } => header.end,
        Frame::Values => 0,
        // There may be anything around the array.
        Frame::Array { .. } => return,
    };
    if records.form.is_none() {
        return;
    }
    let is_between = |byte: &u8| match (&records.form, &records.frame) {
        (Some(Form::Json(_)), Frame::Values) => {
            byte.is_ascii_whitespace() || b"[],\x1e\xef\xbb\xbf".contains(byte)
        }
        _ => byte.is_ascii_whitespace(),
    };
    // A mark is skipped, whatever encoding was named.
    let mut at = header.max(Encoding::of_mark(bytes).map_or(0, |it| it.1 as u64));
    for (offset, length) in extents.into_iter().chain([(bytes.len() as u64, 0)]) {
        assert!(at <= offset, "{at} of {offset}");
        let between = &bytes[at as usize..offset as usize];
        assert!(between.iter().all(is_between), "{:?}", String::from_utf8_lossy(between));
        at = offset + length;
    }
    assert!(at <= bytes.len() as u64);
}
