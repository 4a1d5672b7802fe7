//! A text is cut into sentences that follow one another, its words are the same
//! as without cutting, and what an index keeps of it in the place of the text tells the same story.

#![no_main]

use dedup_core::index::content::{Content, Ready};
use dedup_core::text::story::cutter::cut;
use dedup_core::text::story::outline::{Outline, OutlineScratch};
use dedup_core::text::words::Words;
use dedup_core::verify::furniture::Holders;
use dedup_fuzz::{listed, text_of};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(text) = text_of(data) else { return };
    let (mut words, mut whole) = (Words::default(), Words::default());
    let (_, sentences) = cut(&text, &mut words);
    whole.read(&text);
    assert_eq!(listed(&words), listed(&whole), "{text:?}");
    let mut at = 0;
    for sentence in sentences.iter().filter(|it| !it.is_empty()) {
        assert!(at <= sentence.start && sentence.start <= sentence.end, "{text:?}: {sentences:?}");
        assert!(text.get(sentence.clone()).is_some(), "{text:?}: {sentences:?}");
        at = sentence.end;
    }

    let mut outline = Outline::default();
    outline.read(&text, &mut OutlineScratch::default());
    check(&outline, words.len());

    let ready = |keeps_text| Ready::of(Content::of(&text, keeps_text).open().expect("not damaged"));
    let (mut text_kept, mut words_kept) = (ready(true), ready(false));
    let holders = Holders::default();
    let [full, bare] = [&mut text_kept, &mut words_kept].map(|it| it.side(&holders));
    assert_eq!(listed(&full.prepared.words), listed(&bare.prepared.words));
    let [full, bare] = [full, bare].map(|it| &it.story.outline);
    assert_eq!((&full.tokens, &full.terms), (&bare.tokens, &bare.terms), "{text:?}");
    assert_eq!(full.tokens, outline.tokens);
});

fn check(outline: &Outline, words: usize) {
    let Outline { tokens, terms, sentences, sentence_terms, .. } = outline;
    assert!(tokens.is_sorted_by(|x, y| x.word < y.word && x.sentence <= y.sentence));
    assert!(tokens.iter().all(|it| (it.word as usize) < words));
    assert!(terms.is_sorted_by(|x, y| x.stem < y.stem));
    let mut seen = vec![0; tokens.len()];
    for (index, term) in terms.iter().enumerate() {
        for &place in outline.places(term) {
            seen[place as usize] += 1;
            let token = &tokens[place as usize];
            assert_eq!((token.stem, token.term as usize), (term.stem, index));
        }
    }
    assert!(seen.iter().all(|&times| times == 1));
    let in_sentence = |sentence: usize| {
        let own = tokens.iter().filter(|it| it.sentence as usize == sentence);
        let mut terms: Vec<u32> = own.map(|it| it.term).collect();
        terms.sort_unstable();
        terms.dedup();
        terms.len() as u32
    };
    let counted: Vec<u32> = (0..sentences.len()).map(in_sentence).collect();
    assert_eq!(sentence_terms, &counted);
    assert!(counted.iter().all(|&terms| terms > 0));
}
