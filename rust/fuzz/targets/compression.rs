//! Compressed files, of any bytes, and of ours that are cut off or damaged: what is read is what was
//! compressed, as far as that is whole.

#![no_main]

use std::fs::File;
use std::io::Write;
use std::path::Path;

use dedup_core::corpus::compression::Compression;
use dedup_core::corpus::encoding::Encoding;
use dedup_core::corpus::texts::read_text;
use dedup_core::dump::read::plain::{Plain, head};
use dedup_core::progress::Progress;
use dedup_fuzz::emptied;
use libfuzzer_sys::fuzz_target;

const CODECS: [(Compression, &str); 5] = [
    (Compression::None, "txt"),
    (Compression::Gzip, "gz"),
    (Compression::Zstd, "zst"),
    (Compression::Bzip2, "bz2"),
    (Compression::Xz, "xz"),
];

fuzz_target!(|data: &[u8]| {
    // What is done, the place where it is cut off, and how many members there are.
    let [what, place, members, data @ ..] = data else { return };
    let (codec, ending) = CODECS[*what as usize % CODECS.len()];
    let folder = emptied("compression");
    let path = folder.join(format!("x.{ending}"));
    if what & 8 == 0 {
        std::fs::write(&path, data).unwrap();
        let plain = read(&path, &folder);
        if codec == Compression::None && plain.0.compression == codec && plain.0.encoding.is_none()
        {
            assert_eq!(plain.1, data);
        }
        return;
    }

    let parts = data.chunks((data.len() / (1 + *members as usize % 4)).max(1));
    // Of each member where it ends, and how much of the data.
    let (mut bytes, mut ends) = (Vec::new(), vec![(0, 0)]);
    for part in parts {
        bytes.extend(compressed(codec, part, &folder));
        ends.push((bytes.len(), ends[ends.len() - 1].1 + part.len()));
    }
    let cut = bytes.len() * *place as usize / 255;
    std::fs::write(&path, &bytes[..cut]).unwrap();
    let (plain, found) = read(&path, &folder);
    if plain.compression != codec || plain.encoding.is_some_and(Encoding::is_utf_16) {
        // It looks like another one: what bzip2 writes begins with letters.
        let few = if codec == Compression::Bzip2 { 20 } else { 8 };
        assert!(codec == Compression::None || cut < few || plain.encoding.is_some());
        return;
    }
    let whole = ends.iter().rfind(|it| it.0 <= cut).unwrap();
    assert!(data.starts_with(&found), "{codec:?}: {found:?} of {data:?}");
    assert!(found.len() >= whole.1, "{codec:?}: {} of {}", found.len(), whole.1);
    if codec != Compression::None && cut > 0 {
        assert_eq!(plain.broken.is_none(), whole.0 == cut, "{codec:?}: {:?}", plain.broken);
    }
});

/// What the readers make of a file, which must agree.
fn read(path: &Path, folder: &Path) -> (Plain, Vec<u8>) {
    let plain = Plain::open(path, None, folder, &Progress::default()).unwrap();
    let bytes = plain.sample(usize::MAX >> 1).unwrap();
    assert_eq!(bytes.len() as u64, plain.length);
    let text = read_text(path, plain.compression).unwrap();
    let decoded = plain.encoding.is_some_and(Encoding::is_utf_16);
    if let (Ok(text), false) = (&text, decoded) {
        assert_eq!(text.as_bytes(), bytes);
    }
    if !decoded {
        // Of what is damaged the one may lose more than the other: all that one call had read.
        let head = head(path, 100).unwrap();
        assert!(bytes.starts_with(&head) || head.starts_with(&bytes) && plain.broken.is_some());
    }
    (plain, bytes)
}

fn compressed(codec: Compression, bytes: &[u8], folder: &Path) -> Vec<u8> {
    let path = folder.join("made");
    let mut writer = codec.writer(File::create(&path).unwrap()).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap();
    std::fs::read(path).unwrap()
}
