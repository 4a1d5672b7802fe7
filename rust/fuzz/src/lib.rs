//! What several targets have in common.

use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Once};

use dedup_core::corpus::Corpus;
use dedup_core::corpus::record::Fields;
use dedup_core::corpus::rows::Store;
use dedup_core::memory::Memory;
use dedup_core::sketch::banding::NUM_PERM;
use dedup_core::sketch::signature::{Instructions, Permutations, SEED};
use dedup_core::sketch::sketches::Sketcher;
use dedup_core::text::words::Words;

/// A text of any bytes: in UTF-8, or in UTF-16, of which a change of one byte makes another character
/// of the same script.
pub fn text_of(data: &[u8]) -> Option<String> {
    let (first, rest) = data.split_first()?;
    if first % 2 == 0 {
        return Some(String::from_utf8_lossy(rest).into_owned());
    }
    let units = rest.chunks_exact(2).map(|it| u16::from_le_bytes([it[0], it[1]]));
    let characters = char::decode_utf16(units);
    Some(characters.map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

/// The words, and whether each begins with a capital.
pub fn listed(words: &Words) -> Vec<(&str, bool)> {
    let word = |index| str::from_utf8(words.get(index)).expect("a word is text");
    (0..words.len()).map(|index| (word(index), words.is_capital(index))).collect()
}

/// A folder for the files of this process, in memory where there is such a place. It is gone when the
/// process ends in peace.
pub fn folder() -> &'static Path {
    static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
        let memory = Path::new("/dev/shm");
        match memory.is_dir() {
            true => tempfile::tempdir_in(memory),
            false => tempfile::tempdir(),
        }
        .expect("a temporary folder")
    });
    FOLDER.path()
}

/// The folder, empty.
pub fn emptied(name: &str) -> PathBuf {
    let path = folder().join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir(&path).expect("a folder");
    path
}

/// One thread, so that the same input takes the same way.
pub fn one_thread() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        rayon::ThreadPoolBuilder::new().num_threads(1).build_global().expect("no pool yet");
    });
}

pub static SKETCHER: LazyLock<Sketcher> = LazyLock::new(|| Sketcher {
    permutations: Permutations::new(NUM_PERM, SEED, Instructions::available()[0]),
    stories: true,
});

/// An empty corpus that puts its files into a folder.
pub fn corpus(folder: &Path) -> Corpus {
    Corpus::new(Store::default(), Memory::new(None, Some(folder.to_path_buf())), false)
}

pub fn fields() -> Fields {
    let names = |names: &[&str]| names.iter().map(|name| name.to_string()).collect();
    Fields {
        text: names(&["text", "body", "_source.body"]),
        id: names(&["id"]),
        date: names(&["date"]),
        source: names(&["source", "url"]),
        links_from: 1,
        joins_texts: false,
    }
}
