//! A text told anew: the same facts in other words, sentences swapped, merged and split, some
//! facts dropped and minor ones added.

use super::random::Random;
use super::story::Story;
use super::token::{BREAK, CLOSE_QUOTE, COMMA, Kind, OPEN_QUOTE, STOP, Token, sentences};
use super::vocabulary;
use super::world::World;

/// How freely a text is told anew: shares of what is changed.
pub struct Manner {
    /// Sentences kept as they are, and of the others the stretches of function words kept.
    pub kept_sentences: f64,
    pub kept_functions: f64,
    pub dropped_sentences: f64,
    pub dropped_words: f64,
    /// Content words that a synonym replaces, and those that one more word follows.
    pub synonyms: f64,
    pub added_words: f64,
    /// Sentences told after the next, and those whose halves are told the other way round.
    pub swapped: f64,
    pub inverted: f64,
    /// Sentences with a new fact after them.
    pub added_sentences: f64,
}

impl Manner {
    /// Rewriters differ: some polish, some hardly leave a word in its place, some cut by half.
    pub fn of_rewriter(random: &mut Random) -> Manner {
        let freedom = random.fraction();
        let cut = random.fraction();
        Manner {
            kept_sentences: 0.5 * (1.0 - freedom) * random.fraction(),
            kept_functions: random.between(0.3, 0.95) * (1.0 - freedom * 0.6),
            dropped_sentences: 0.4 * cut * cut,
            dropped_words: 0.02 + 0.15 * freedom,
            synonyms: 0.03 + 0.32 * freedom,
            added_words: 0.03 + 0.14 * freedom,
            swapped: 0.15 * freedom,
            inverted: 0.1 + 0.3 * freedom,
            added_sentences: 0.05 * random.fraction(),
        }
    }
}

/// Tells `text`, which tells of `story`, anew.
pub fn retell(
    text: &[Token],
    story: &Story,
    manner: &Manner,
    world: &World,
    random: &mut Random,
) -> Vec<Token> {
    let mut order: Vec<&[Token]> = sentences(text).collect();
    let count = order.len();
    // The first sentence has the news and stays.
    let mut at = 0;
    order.retain(|_| {
        at += 1;
        at == 1 || !random.chance(manner.dropped_sentences)
    });
    for at in 2..order.len() {
        if random.chance(manner.swapped) {
            order.swap(at - 1, at);
        }
    }
    let mut told = Vec::with_capacity(text.len() + count);
    for sentence in order {
        if random.chance(manner.kept_sentences) {
            told.extend_from_slice(sentence);
        } else {
            retell_sentence(sentence, story, manner, world, random, &mut told);
        }
        if random.chance(manner.added_sentences) {
            story.tell_sentence(world, random, &mut told);
        }
    }
    told
}

fn retell_sentence(
    sentence: &[Token],
    story: &Story,
    manner: &Manner,
    world: &World,
    random: &mut Random,
    told: &mut Vec<Token>,
) {
    let start = told.len();
    let quoted = sentence[0].has(OPEN_QUOTE) && random.chance(0.7);
    let half = if random.chance(manner.inverted) { sentence.len() / 2 } else { 0 };
    let mut functions: Vec<Token> = Vec::new();
    for (at, token) in sentence[half..].iter().chain(&sentence[..half]).enumerate() {
        let closes = quoted && half == 0 && token.has(CLOSE_QUOTE);
        if token.kind == Kind::Function {
            functions.push(Token::new(token.kind, token.term));
        } else {
            tell_functions(&mut functions, manner, world, random, told);
            tell_content(*token, story, manner, world, random, told);
        }
        if closes && told.len() > start {
            told[start].marks |= OPEN_QUOTE;
            told.last_mut().expect("one at least").marks |= CLOSE_QUOTE | COMMA;
        } else if at > 3 && token.kind != Kind::Function && random.chance(0.008) && !quoted {
            split(told, start);
        }
    }
    told.append(&mut functions);
    if told.len() == start {
        return;
    }
    let last = told.last_mut().expect("more than at the start");
    last.marks &= !COMMA;
    last.marks |= STOP;
    if sentence[sentence.len() - 1].has(BREAK) != random.chance(0.15) {
        last.marks |= BREAK;
    }
}

/// Ends a sentence here, if it has begun.
fn split(told: &mut [Token], start: usize) {
    if told.len() > start + 3 {
        let last = told.last_mut().expect("three at least");
        last.marks &= !COMMA;
        last.marks |= STOP;
    }
}

/// A stretch of function words: as it was, or others.
fn tell_functions(
    functions: &mut Vec<Token>,
    manner: &Manner,
    world: &World,
    random: &mut Random,
    told: &mut Vec<Token>,
) {
    if random.chance(manner.kept_functions) {
        told.append(functions);
        return;
    }
    let length = (functions.len() as u32 + random.below(3)).saturating_sub(1);
    functions.clear();
    for _ in 0..length {
        told.push(Token::new(Kind::Function, world.vocabulary.function(random)));
    }
}

fn tell_content(
    token: Token,
    story: &Story,
    manner: &Manner,
    world: &World,
    random: &mut Random,
    told: &mut Vec<Token>,
) {
    // Figures are what is left out first.
    let dropped = manner.dropped_words * if token.is_figure() { 2.0 } else { 1.0 };
    if random.chance(dropped) {
        return;
    }
    let mut retold = Token { marks: token.marks & COMMA, ..token };
    if token.kind == Kind::Word {
        if random.chance(manner.synonyms) {
            retold.term = vocabulary::synonym(token.term, random);
        } else if random.chance(0.2) {
            retold.term = vocabulary::reinflected(token.term, random);
        }
    }
    if token.kind == Kind::Weekday {
        retold.term = story.weekday_for(token.term);
    }
    told.push(retold);
    if random.chance(manner.added_words) {
        told.push(story.draw_word(world, random));
    }
}
