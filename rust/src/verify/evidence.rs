//! What two stories have in common and what only one has, for showing: slower than verifying them.

use std::ops::Range;

use hashbrown::HashSet;

use super::features::{self, Features};
use super::model::MODEL;
use super::prepared::Prepared;
use super::verdict::Figures;
use crate::text::story::outline::{Kind, Outline, OutlineScratch, Term};
use crate::text::words::spans;

/// Ranges are in characters.
#[derive(Default)]
pub struct Evidence {
    pub sentences: Vec<SentencePair>,
    /// In the order of the first text, as they stand there.
    pub names: Vec<String>,
    pub figures: Vec<String>,
    pub words: Vec<String>,
    /// Names and figures of one text that the other lacks.
    pub only_a: Vec<String>,
    pub only_b: Vec<String>,
    /// The features of the pair, and what each adds to the log odds; none without content words.
    pub features: Option<(Features, Features)>,
}

/// A sentence of each text that tell the same, and the share of the lesser story's sentence that
/// the other one has.
pub struct SentencePair {
    pub a: Range<usize>,
    pub b: Range<usize>,
    pub share: f64,
}

pub fn explain(a: &str, b: &str, gap: Option<u64>) -> Evidence {
    let mut scratch = OutlineScratch::default();
    let (mut x, mut y) = (Outline::default(), Outline::default());
    x.read(a, &mut scratch);
    y.read(b, &mut scratch);
    let surface = Figures::of(&Prepared::of(a).shingles, &Prepared::of(b).shingles);
    let Some(features) = features::features(&x, &y, &surface, gap) else {
        return Evidence::default();
    };
    let (text_a, text_b) = (Spelling::of(a), Spelling::of(b));
    let stems = |story: &Outline| story.terms.iter().map(|term| term.stem).collect::<HashSet<_>>();
    let (stems_a, stems_b) = (stems(&x), stems(&y));
    let shared = |kind| text_a.spell(&x, |term| term.kind == kind && stems_b.contains(&term.stem));
    let is_fact = |term: &Term| term.kind != Kind::Word;
    Evidence {
        sentences: aligned_sentences(&x, &y, &text_a, &text_b),
        names: shared(Kind::Name),
        figures: shared(Kind::Figure),
        words: shared(Kind::Word),
        only_a: text_a.spell(&x, |term| is_fact(term) && !stems_b.contains(&term.stem)),
        only_b: text_b.spell(&y, |term| is_fact(term) && !stems_a.contains(&term.stem)),
        features: Some((features, MODEL.contributions(&features))),
    }
}

fn aligned_sentences(
    a: &Outline,
    b: &Outline,
    text_a: &Spelling,
    text_b: &Spelling,
) -> Vec<SentencePair> {
    let turned = !features::is_lesser(a, b);
    let (lesser, fuller) = if turned { (b, a) } else { (a, b) };
    features::aligned_sentences(lesser, fuller)
        .into_iter()
        .map(|it| {
            let (i, j) = if turned { (it.fuller, it.lesser) } else { (it.lesser, it.fuller) };
            SentencePair {
                a: text_a.characters(&a.sentences[i]),
                b: text_b.characters(&b.sentences[j]),
                share: it.share,
            }
        })
        .collect()
}

/// The words of a text as they stand in it.
struct Spelling<'a> {
    text: &'a str,
    characters: Vec<char>,
    spans: Vec<Range<usize>>,
}

impl Spelling<'_> {
    fn of(text: &str) -> Spelling<'_> {
        Spelling { text, characters: text.chars().collect(), spans: spans::spans(text) }
    }

    /// The terms of a sort, in the order of the text.
    fn spell(&self, story: &Outline, wanted: impl Fn(&Term) -> bool) -> Vec<String> {
        let mut words: Vec<u32> = story
            .terms
            .iter()
            .filter(|term| wanted(term))
            .map(|term| story.tokens[story.places(term)[0] as usize].word)
            .collect();
        words.sort_unstable();
        let spans = words.into_iter().filter_map(|word| self.spans.get(word as usize));
        spans.map(|span| self.characters[span.clone()].iter().collect()).collect()
    }

    /// A range of bytes as one of characters, without the blanks around it.
    fn characters(&self, bytes: &Range<usize>) -> Range<usize> {
        let part = &self.text[bytes.clone()];
        let blanks = part.len() - part.trim_start().len();
        let start = self.text[..bytes.start + blanks].chars().count();
        start..start + part.trim().chars().count()
    }
}
