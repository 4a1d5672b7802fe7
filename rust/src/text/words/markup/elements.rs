//! The elements of HTML, by what they do to the text around them.

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Goes on in the line, even inside a word.
    Inline,
    /// Stands in the line and parts words.
    Box,
    /// Begins a line of its own, so that a sentence ends before it.
    Block,
}

/// Elements whose contents are never shown as text.
pub const HIDDEN: [&str; 4] = ["script", "style", "template", "svg"];

/// What an element is, or None if HTML has none of the name.
pub fn kind(name: &str) -> Option<Kind> {
    let name = name.to_ascii_lowercase();
    // Those that a site defines have a hyphen; office programs write names with a colon.
    let foreign = ["o:", "v:", "w:", "st1:", "fb:"];
    if name.contains('-') && !name.ends_with('-') && !name.contains(':')
        || foreign.iter().any(|prefix| name.starts_with(prefix) && name.len() > prefix.len())
    {
        return Some(Kind::Box);
    }
    Some(match name.as_str() {
        "a" | "abbr" | "acronym" | "b" | "bdi" | "bdo" | "big" | "blink" | "cite" | "code"
        | "data" | "del" | "dfn" | "em" | "font" | "i" | "ins" | "kbd" | "mark" | "nobr" | "q"
        | "ruby" | "s" | "samp" | "small" | "span" | "strike" | "strong" | "sub" | "sup"
        | "time" | "tt" | "u" | "var" | "wbr" => Kind::Inline,
        "applet" | "area" | "audio" | "base" | "basefont" | "button" | "canvas" | "datalist"
        | "embed" | "iframe" | "image" | "img" | "input" | "label" | "link" | "map" | "math"
        | "meta" | "meter" | "noembed" | "noframes" | "noscript" | "object" | "output"
        | "param" | "picture" | "progress" | "rp" | "rt" | "script" | "select" | "slot"
        | "source" | "style" | "svg" | "template" | "textarea" | "track" | "video" => Kind::Box,
        "address" | "article" | "aside" | "blockquote" | "body" | "br" | "caption" | "center"
        | "col" | "colgroup" | "dd" | "details" | "dialog" | "dir" | "div" | "dl" | "dt"
        | "fieldset" | "figcaption" | "figure" | "footer" | "form" | "frame" | "frameset"
        | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "head" | "header" | "hgroup" | "hr"
        | "html" | "legend" | "li" | "listing" | "main" | "marquee" | "menu" | "nav" | "ol"
        | "optgroup" | "option" | "p" | "pre" | "search" | "section" | "summary" | "table"
        | "tbody" | "td" | "tfoot" | "th" | "thead" | "title" | "tr" | "ul" | "xmp" => Kind::Block,
        _ => return None,
    })
}
