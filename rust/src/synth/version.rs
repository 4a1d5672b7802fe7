//! What can become of an article: its versions, and the articles that only resemble it.

use super::random::Random;
use super::retelling::{Manner, retell};
use super::story::{Story, draw_figure};
use super::token::{Kind, STOP, Token, end_paragraph, sentences};
use super::vocabulary;
use super::world::{Outlet, World};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Version {
    Original,
    Exact,
    Edited,
    Truncated,
    Wrapped,
    Excerpt,
    Corrected,
    Rewritten,
    OtherFigures,
    OtherFacts,
    SameLead,
}

impl Version {
    pub fn name(self) -> &'static str {
        match self {
            Version::Original => "original",
            Version::Exact => "exact",
            Version::Edited => "edited",
            Version::Truncated => "truncated",
            Version::Wrapped => "wrapped",
            Version::Excerpt => "excerpt",
            Version::Corrected => "corrected",
            Version::Rewritten => "rewritten",
            Version::OtherFigures => "other_figures",
            Version::OtherFacts => "other_facts",
            Version::SameLead => "same_lead",
        }
    }

    /// A version of a text with so many figures.
    pub fn draw(figures: usize, random: &mut Random) -> Version {
        match random.below(100) {
            0..24 => Version::Exact,
            24..46 => Version::Edited,
            46..58 => Version::Truncated,
            58..68 => Version::Wrapped,
            68..78 => Version::Excerpt,
            78..84 if figures >= FIGURES_TO_CORRECT => Version::Corrected,
            78..84 => Version::Edited,
            _ => Version::Rewritten,
        }
    }

    pub fn draw_negative(random: &mut Random) -> Version {
        *random.choose(&[Version::OtherFigures, Version::OtherFacts, Version::SameLead])
    }

    /// Whether it tells the story of the article that it was made from.
    pub fn is_duplicate(self) -> bool {
        !matches!(self, Version::OtherFigures | Version::OtherFacts | Version::SameLead)
    }
}

/// With fewer figures a correction could not be told from a template filled in twice.
const FIGURES_TO_CORRECT: usize = 6;

/// An excerpt has as many words at least, where the article has them.
const LEAST_EXCERPT: usize = 60;

/// An edited copy: a word in a hundred or so is another, in some copies one in ten; and some
/// leave sentences out.
pub fn edit(text: &[Token], world: &World, random: &mut Random) -> Vec<Token> {
    let light = random.chance(0.65);
    let rate = if light { random.between(0.003, 0.03) } else { random.between(0.03, 0.12) };
    let cut = if random.chance(0.4) { random.between(0.0, 0.4) } else { 0.0 };
    let mut edited = Vec::with_capacity(text.len());
    let mut left_out = false;
    for (at, token) in text.iter().enumerate() {
        if at > 0 && text[at - 1].has(STOP) {
            left_out = random.chance(cut);
        }
        if left_out {
            continue;
        }
        if !random.chance(rate) {
            edited.push(*token);
            continue;
        }
        match token.kind {
            Kind::Word => {
                edited.push(Token { term: vocabulary::synonym(token.term, random), ..*token });
            }
            // Left out, unless punctuation hangs on it.
            Kind::Function if token.marks == 0 => {}
            Kind::Function => {
                edited.push(Token { term: world.vocabulary.function(random), ..*token });
            }
            _ => edited.push(*token),
        }
    }
    edited
}

/// The beginning, cut at the end of a sentence.
pub fn truncate(text: &[Token], random: &mut Random) -> Vec<Token> {
    let words = (text.len() as f64 * random.between(0.5, 0.95)) as usize;
    let mut cut = Vec::with_capacity(text.len());
    for sentence in sentences(text) {
        if cut.len() >= words {
            break;
        }
        cut.extend_from_slice(sentence);
    }
    cut
}

/// Some of the sentences: neighbours, or the most telling ones from all over.
pub fn excerpt(text: &[Token], random: &mut Random) -> Vec<Token> {
    let share = random.between(0.25, 0.6);
    let wanted = ((text.len() as f64 * share) as usize).max(LEAST_EXCERPT);
    let skipped = if random.chance(0.6) { 0 } else { random.below(text.len() as u32) as usize };
    let abridged = random.chance(0.4);
    let mut taken = Vec::with_capacity(text.len());
    let mut left = text.len();
    for sentence in sentences(text) {
        // What comes behind it must do for what is still wanted.
        let needed = taken.len() + left < wanted + sentence.len();
        let begins = abridged || left + skipped <= text.len();
        left -= sentence.len();
        let taken_up = needed || begins && (!abridged || random.chance(share));
        if taken.len() < wanted && taken_up {
            taken.extend_from_slice(sentence);
        }
    }
    taken
}

/// One or two figures are others.
pub fn correct(text: &[Token], random: &mut Random) -> Vec<Token> {
    let mut corrected = text.to_vec();
    let figures: Vec<usize> = (0..text.len()).filter(|&at| text[at].is_figure()).collect();
    for _ in 0..1 + random.below(2) {
        replace_figure(&mut corrected[*random.choose(&figures)], random);
    }
    corrected
}

/// The same but for all figures, on another day of the week.
pub fn refill(text: &[Token], days: u32, random: &mut Random) -> Vec<Token> {
    let mut filled = text.to_vec();
    for token in &mut filled {
        if token.is_figure() {
            replace_figure(token, random);
        } else if token.kind == Kind::Weekday {
            token.term = vocabulary::later_weekday(token.term, days);
        }
    }
    filled
}

/// Another figure of the same kind.
fn replace_figure(token: &mut Token, random: &mut Random) {
    loop {
        let drawn = draw_figure(random);
        if drawn.kind == token.kind && drawn.term != token.term {
            token.term = drawn.term;
            return;
        }
    }
}

/// The page copied with the article: what stands above and below it.
pub fn wrap(text: &[Token], outlet: &Outlet) -> Vec<Token> {
    let mut wrapped = outlet.header.clone();
    end_paragraph(&mut wrapped);
    wrapped.extend_from_slice(text);
    end_paragraph(&mut wrapped);
    wrapped.extend_from_slice(&outlet.footer);
    wrapped
}

pub fn rewrite(text: &[Token], story: &Story, world: &World, random: &mut Random) -> Vec<Token> {
    retell(text, story, &Manner::of_rewriter(random), world, random)
}

/// Another report of the event: it shares background, and has its own facts.
pub fn report_again(
    text: &[Token],
    story: &Story,
    world: &World,
    random: &mut Random,
) -> Vec<Token> {
    let other = story.sequel(world, random, 0.65, 0.95);
    let shared = random.between(0.12, 0.5);
    let manner = Manner {
        dropped_sentences: 1.0 - shared,
        added_sentences: (1.0 - shared) / shared.max(0.2),
        swapped: 0.5,
        ..Manner::of_rewriter(random)
    };
    let mut told = Vec::new();
    // Two reporters begin alike at most in what happened, not in their words.
    other.tell_sentence(world, random, &mut told);
    told.append(&mut retell(text, &other, &manner, world, random));
    while told.len() < text.len() * 2 / 3 {
        other.tell_sentence(world, random, &mut told);
    }
    told
}

/// Whether another story can begin like this one: the beginning must be little of it.
pub fn has_short_lead(text: &[Token]) -> bool {
    lead(text) * 4 < text.len()
}

/// Words that two stories begin with, at least.
const WORDS_OF_LEAD: usize = 24;

/// The length of the first sentences.
fn lead(text: &[Token]) -> usize {
    let mut length = 0;
    for sentence in sentences(text) {
        if length >= WORDS_OF_LEAD {
            break;
        }
        length += sentence.len();
    }
    length
}

/// Another story behind the same first sentences.
pub fn continue_otherwise(
    text: &[Token],
    story: &Story,
    world: &World,
    random: &mut Random,
) -> Vec<Token> {
    let other = story.sequel(world, random, 0.45, 0.45);
    let mut told = text[..lead(text)].to_vec();
    let length = (text.len() * 4 / 5).max(told.len() * 5);
    while told.len() < length {
        other.tell_sentence(world, random, &mut told);
    }
    told
}
