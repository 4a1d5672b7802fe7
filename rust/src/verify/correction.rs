//! Whether a text says that it corrects an earlier one.

use std::sync::LazyLock;

use hashbrown::HashSet;

use crate::text::words::Words;

/// Words at the beginning of a text that may say so. At its end it may be a footer that does.
const LOOKED_AT: usize = 60;

/// What corrections are announced with, in the languages of most news.
const ANNOUNCEMENTS: &str = "
    correction corrected corrects erratum corrigendum
    korrektur korrigiert korrigierte berichtigung berichtigt richtigstellung
    rectificatif rectification correctif
    corrección corregido corregida rectificación rectifica
    correção corrigido corrigida retificação errata
    correzione rettifica rettificato
    correctie gecorrigeerd rectificatie rättelse korrigering rettelse korrigert oikaisu korjaus
    sprostowanie korekta oprava düzeltme исправлено исправление уточнение виправлено
    تصحيح תיקון διόρθωση सुधार 更正 勘误 訂正 정정";

static ANNOUNCING: LazyLock<HashSet<Box<[u8]>>> = LazyLock::new(|| {
    let mut words = Words::default();
    words.read(ANNOUNCEMENTS);
    words.iter().map(Box::from).collect()
});

pub fn announces_correction(words: &Words) -> bool {
    let first = 0..words.len().min(LOOKED_AT);
    first.into_iter().any(|index| ANNOUNCING.contains(words.get(index)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corrections_are_told_by_what_announces_them() {
        let cases = [
            ("(Corrects name of company in first paragraph) Koba buys a tenth", true),
            ("The bridge opens on Friday. CORRECTION: it opens on Saturday.", true),
            ("Korrektur: In einer früheren Fassung hieß es", true),
            ("Fe de erratas y corrección de la nota anterior", true),
            ("The bridge opens on Friday, the town says.", false),
            ("Corrections and clarifications | Contact us | The bridge opens on Friday.", false),
            ("", false),
        ];
        for (text, expected) in cases {
            let mut words = Words::default();
            words.read(text);
            assert_eq!(announces_correction(&words), expected, "{text}");
        }
    }
}
