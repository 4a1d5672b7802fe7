use proptest::prelude::*;

use super::*;
use crate::text::words::Words;

/// Text with markup, whole and broken.
pub const HTML: &str = "(<(p|b|div|DIV|a|br|x-y|script|svg|foo)|</(p|b|div|a|script|svg|foo)|[ \n]|class|=|\"|'|/|>|<!--|-->|<!\\[CDATA\\[|]]>|<!doctype|&(amp|lt|gt|nbsp|eacute|rsquo|pi|quot|#39|#x3c|#62|#32|#x301|#0|bogus)|;|[a-cA-C0-2.é中\u{ad}\u{7f}]){0,30}";

fn words(text: &str) -> Vec<String> {
    let mut words = Words::default();
    words.read(text);
    words.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}

/// Texts, and what a browser shows of them.
#[test]
fn tags_are_no_words() {
    let cases = [
        ("<p>One</p><p>two</p>", "One two"),
        ("foot<b>ball</b>er <i>an</i>d <SPAN CLASS='x'>mo</SPAN>re", "footballer and more"),
        ("a<br>b<br/>c<BR />d<br clear=all>e", "a b c d e"),
        ("<div class=\"article__body js-body\" data-x='a > b' hidden>x</div>y", "x y"),
        ("<img alt=\"He said \"hi\" to\" src=http://x.org/?a=b>x", "x"),
        ("<a href=\"x\"title=\"y\">one</a>two", "onetwo"),
        ("x<a\nhref = 'y'\n>z</a >w", "xzw"),
        ("x<img src=a.png>y<amp-img width=1></amp-img>z<o:p></o:p>w", "x y z w"),
        ("item<!-- a > b <p> -->s <!---->5<!-->x", "items 5x"),
        ("<!DOCTYPE html PUBLIC \"-//W3C//DTD\"><?xml version=\"1.0\"?>x<![endif]>y", "x y"),
        ("one <script type=\"x\">var a = '<p>' < 3;</SCRIPT > two", "one two"),
        (
            "<style>p { color: red }</style>x<svg><title>t</title></svg>y<template>z</template>",
            "x y",
        ),
        ("x<script src=a />y</script>z", "x y z"),
        ("one <script> is a tag", "one is a tag"),
        ("<![CDATA[<p>one</p> two]]> three", "one two three"),
        ("<noscript>one <img src=\"x\"></noscript>two", "one two"),
        ("中<b>国</b>经<p>济", "中国经 济"),
        ("<p dir=\"rtl\" title=\"القاهرة\">مح<b>م</b>د</p>قال", "محمد قال"),
        // The text was cut off.
        ("one <div class=\"a", "one"),
        ("one <div class=\"a\" ", "one"),
        ("one </div", "one"),
        ("one <div", "one div"),
        ("one <div class", "one div class"),
        ("one <!-- two", "one two"),
        ("one <a href=\"x>two</a> three", "one a href x two three"),
        // No markup.
        ("x < y <3 a<b b>a", "x y 3 a b b a"),
        ("a<b and c>d <i am>x", "a b and c d i am x"),
        (
            "<me@x.org> <https://x.org/a> <www.x.org> <name>",
            "me x.org https x.org a www.x.org name",
        ),
        ("<> </> <p<b>q</b>> <div/x> </p x>", "pq div x p x"),
        ("<b\u{7f}> <div a=\"\u{7f}\">", "b div a"),
    ];
    for (text, shown) in cases {
        assert_eq!(words(text), words(shown), "{text:?}");
    }
}

#[test]
fn references_are_what_they_show() {
    let cases = [
        ("AT&amp;T &lt;p&gt; &quot;x&quot;", "AT&T p x"),
        (
            "don&#39;t don&rsquo;t don&apos;t don&#x2019;t don&#X27;t don&#146;t",
            "don't don't don't don't don't don't",
        ),
        ("caf&eacute; &Eacute;lys&eacute;e e&#x301; &#233;", "café Élysée é é"),
        ("one&nbsp;two&ensp;three&#160;four&#10;five", "one two three four five"),
        ("war&mdash;peace&ndash;now&hellip;then", "war—peace–now…then"),
        ("news&shy;paper&zwj; 3&#46;5", "newspaper 3.5"),
        ("&#20013;&#x56fd;&#32463;", "中国经"),
        ("&amp;eacute; &amp;lt;", "& eacute; & lt;"),
        ("&#0; &#xD800; &#99999999999;", "\u{fffd}"),
        // No references.
        ("R&D &eacute &bogus; &; &#; &#x; &#xg; &#1a; & amp;", "R D eacute bogus x xg 1a amp"),
    ];
    for (text, shown) in cases {
        assert_eq!(words(text), words(shown), "{text:?}");
    }
    assert_eq!(references::named("hearts"), Some('♥'));
    assert_eq!(references::named("yuml"), Some('ÿ'));
}

#[test]
fn what_is_left_open_takes_no_time() {
    for open in
        ["<a b=\"", "<script>", "<!--", "<![CDATA[", "<svg x='", "<div a b c ", "&#1", "</", "<?x"]
    {
        let text = open.repeat(300_000);
        let start = std::time::Instant::now();
        plain(&text);
        assert!(start.elapsed().as_secs() < 5, "{open:?}");
    }
}

proptest! {
    #[test]
    fn nothing_is_moved(text in HTML) {
        let shown = plain(&text);
        prop_assert_eq!(shown.len(), text.len());
        prop_assert!(shown.char_indices().all(|(at, _)| text.is_char_boundary(at)));
        if !text.contains('&') {
            prop_assert_eq!(shown.chars().count(), text.chars().count());
        }
    }

    #[test]
    fn plain_text_stays_as_it_is(text in HTML) {
        let shown = plain(&text).into_owned();
        prop_assert_eq!(&plain(&shown), &shown);
        prop_assert!(matches!(plain(&text.replace(['<', '&'], "")), Cow::Borrowed(_)));
    }

    #[test]
    fn any_text_keeps_its_length(text: String) {
        prop_assert_eq!(plain(&text).len(), text.len());
    }
}
