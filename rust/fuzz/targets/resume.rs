//! The state of a pass that `--resume` goes on from: changed anywhere it is refused; and what is behind
//! the checksum is decoded or refused, whatever it is.

#![no_main]

use std::sync::LazyLock;

use dedup_core::candidate::Candidates;
use dedup_core::corpus::Corpus;
use dedup_core::dump::read::layout::Format;
use dedup_core::dump::read::records::{self, Choice};
use dedup_core::memory::column::Column;
use dedup_core::memory::temporary;
use dedup_core::progress::Progress;
use dedup_core::verify::row::MatchRow;
use dedup_fuzz::{SKETCHER, corpus, emptied, fields, folder};
use libfuzzer_sys::fuzz_target;
use xxhash_rust::xxh3::xxh3_64;

/// The state of a pass that had read a file of some articles, and its folder.
static SAVED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let folder = emptied("saved");
    let path = folder.join("x.jsonl");
    let line = |number| {
        format!(
            "{{\"id\": \"a{number}\", \"date\": \"0{number}/03/2026\", \"source\": \"wire\", \
             \"text\": \"The harbour bridge will close to lorries for {number} nights.\"}}\n"
        )
    };
    std::fs::write(&path, (1..4).map(line).collect::<String>() + "{}\n").unwrap();
    let mut corpus = corpus(&folder);
    let choice = Choice { format: Format::Json, fields: fields(), encoding: None, date: None };
    let progress = Progress::default();
    records::read(&mut corpus, &path, "x.jsonl", choice, &SKETCHER, &progress).unwrap();
    corpus.save().unwrap();
    std::fs::read(folder.join("read.checkpoint")).unwrap()
});

fuzz_target!(|data: &[u8]| {
    let [what, data @ ..] = data else { return };
    let saved: &[u8] = &SAVED;
    let folder = folder().join("saved");
    let mut state = match what & 1 {
        0 => data.to_vec(),
        _ => edited(saved, data),
    };
    if what & 2 == 0 {
        let is_whole = state == saved;
        std::fs::write(folder.join("read.checkpoint"), state).unwrap();
        assert_eq!(Corpus::load(&folder).is_ok_and(|it| it.is_some()), is_whole);
        return;
    }
    // As someone writes it who knows how.
    if what & 1 == 1 {
        state.truncate(state.len().saturating_sub(8));
    }
    state.extend(xxh3_64(&state).to_le_bytes());
    std::fs::write(folder.join("any.checkpoint"), &state).unwrap();
    let _ = temporary::load::<Corpus>(&folder, "any");
    let _ = temporary::load::<Candidates>(&folder, "any");
    let _ = temporary::load::<Column<MatchRow>>(&folder, "any");
});

/// Bytes with others at some places: two bytes say where, one what is added there.
fn edited(bytes: &[u8], edits: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for edit in edits.chunks_exact(3) {
        let at = u16::from_le_bytes([edit[0], edit[1]]) as usize % bytes.len();
        bytes[at] = bytes[at].wrapping_add(edit[2]);
    }
    bytes
}
