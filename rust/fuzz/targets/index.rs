//! What is stored in an index: of any bytes it is refused or read; and a file that is changed anywhere
//! gives an error or the right answer, never "new".

#![no_main]

use std::sync::LazyLock;

use dedup_core::corpus::NO_DATE;
use dedup_core::index::content::{Content, Ready};
use dedup_core::index::postings::Page;
use dedup_core::index::record::{Glance, Record};
use dedup_core::index::sealed::{seal, unseal_value};
use dedup_core::index::{Article, Index, Options};
use dedup_core::progress::Progress;
use dedup_core::verify::furniture::Holders;
use dedup_fuzz::{SKETCHER, emptied, folder, one_thread};
use libfuzzer_sys::fuzz_target;

fn options() -> Options {
    Options {
        keep: "first".to_owned(),
        drop: ["syndicated", "excerpt", "rewritten", "exact"].map(str::to_owned).to_vec(),
        rewrites: true,
        related: false,
        window: Some(259_200),
        min_score: 0.5,
        min_covered: 0.5,
        texts: false,
    }
}

/// Three stories, and a copy of the first.
static ARTICLES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let story = |seed: usize| -> String {
        let word = |n: usize| format!("word{} ", (n * n + seed * 7919) % 5003);
        (0..40).map(word).collect()
    };
    let stories = [story(1), story(2), story(3), story(1) + "today"];
    (0..).zip(stories).map(|(number, text): (u32, _)| (format!("a{number}"), text)).collect()
});

/// The bytes of an index of these.
static INDEX: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let path = emptied("whole").join("x.idx");
    let index = Index::open(&path, options(), false, 1).unwrap();
    for (id, text) in ARTICLES.iter() {
        assert!(
            index.add(&Article { id, date: NO_DATE, text }, false, &Progress::default()).is_ok()
        );
    }
    index.close();
    drop(index);
    std::fs::read(path).unwrap()
});

fuzz_target!(|data: &[u8]| {
    let [what, data @ ..] = data else { return };
    match what % 4 {
        0 => read_stored(data),
        way => read_damaged(data, way == 1),
    }
});

/// What any bytes are read as whose checksum is right.
fn read_stored(data: &[u8]) {
    const PLACE: u64 = 7;
    let sealed = seal(data, PLACE);
    if let Some(page) = Page::open(&sealed, PLACE) {
        let mut found = Vec::new();
        page.read(0..u64::MAX, &mut found);
        let mut listed = Vec::new();
        for &(key, _) in found.iter().take(10) {
            page.list(key, &mut listed);
        }
    }
    Glance::unseal(&sealed, PLACE);
    unseal_value::<Options>(&sealed, PLACE);
    if let Some(record) = unseal_value::<Record>(&sealed, PLACE) {
        open(&record.content);
    }
    if let Some(content) = unseal_value::<Content>(&sealed, PLACE) {
        open(&content);
    }
}

fn open(content: &Content) {
    if let Ok(body) = content.open() {
        body.sketch(&SKETCHER);
        Ready::of(body).side(&Holders::default());
    }
}

/// An index whose file was changed: three bytes say where, one what is added there.
fn read_damaged(edits: &[u8], read_only: bool) {
    one_thread();
    let mut bytes = INDEX.clone();
    for edit in edits.chunks_exact(4) {
        let at = u32::from_le_bytes([edit[0], edit[1], edit[2], 0]) as usize % bytes.len();
        bytes[at] = bytes[at].wrapping_add(edit[3]);
    }
    emptied("damaged");
    let path = folder().join("damaged/x.idx");
    std::fs::write(&path, bytes).unwrap();
    let Ok(index) = Index::open(&path, options(), read_only, 1) else { return };
    ask(&index);
    if !read_only {
        let text = "a text that nobody has had before and that nobody will have after this";
        let _ = index.add(&Article { id: "new", date: NO_DATE, text }, false, &Progress::default());
        let _ = index.add(&Article { id: "a1", date: NO_DATE, text }, true, &Progress::default());
    }
    index.close();
}

fn ask(index: &Index) {
    for (id, text) in ARTICLES.iter() {
        let article = Article { id, date: NO_DATE, text };
        if let Ok(checked) = index.check(&article, &Progress::default()) {
            assert!(checked.is_known, "{id} is said to be new");
        }
        let copy = Article { id: "copy", date: NO_DATE, text };
        if let Ok(checked) = index.check(&copy, &Progress::default()) {
            assert!(!checked.found.is_empty(), "a copy of {id} is said to be new");
        }
        if let Ok(stored) = index.get(id) {
            assert_eq!(stored.map(|it| it.id).as_deref(), Some(&**id));
        }
        let _ = index.versions(id);
    }
    // That one is missing says the number of all, if that is whole.
    for (_, stored) in index.articles(0, 9).unwrap_or_default() {
        assert!(ARTICLES.iter().any(|it| it.0 == stored.id), "{} was never stored", stored.id);
    }
    let _ = index.stats();
}
