//! Elements of HTML by name, and how each takes its place on the page.

/// How an element takes its place on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    Inline,
    /// On lines of its own.
    Line,
    /// Set apart by empty lines.
    Paragraph,
    /// No text of it is rendered.
    Skipped,
    /// It has no content.
    Void,
}

/// What of an element's name matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag {
    /// The first eight bytes of the name, which tell all elements apart that matter here.
    name: u64,
    pub flow: Flow,
}

impl Tag {
    pub fn new(name: &[u8]) -> Self {
        let flow = match name {
            b"p" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"ul" | b"ol" | b"dl" | b"table" | b"blockquote" | b"pre"
            | b"hr" | b"fieldset" | b"figure" => Flow::Paragraph,
            b"div" | b"tr" | b"td" | b"th" | b"li" | b"dt" | b"dd" | b"section" | b"article" | b"header" | b"footer"
            | b"center" | b"form" | b"address" | b"main" | b"aside" | b"nav" | b"body" | b"html" | b"caption" | b"option"
            | b"button" | b"legend" | b"figcaption" | b"tbody" | b"thead" | b"tfoot" | b"details" | b"summary" | b"dir"
            | b"menu" | b"textarea" | b"select" => Flow::Line,
            b"script" | b"style" | b"title" | b"iframe" | b"noembed" | b"noframes" | b"template" | b"datalist" | b"audio"
            | b"video" | b"canvas" => Flow::Skipped,
            b"br" | b"img" | b"input" | b"meta" | b"link" | b"col" | b"area" | b"base" | b"wbr" | b"embed" | b"source"
            | b"track" | b"param" | b"frame" | b"bgsound" => Flow::Void,
            _ => Flow::Inline,
        };
        // A rule across the page sets apart and holds nothing.
        Self { name: short(name), flow: if name == b"hr" { Flow::Void } else { flow } }
    }

    #[inline]
    pub fn is(self, name: &str) -> bool {
        self.name == short(name.as_bytes())
    }

    pub fn is_any(self, names: &[&str]) -> bool {
        names.iter().any(|n| self.is(n))
    }

    /// As style sheets name it.
    pub fn name(self) -> String {
        self.name.to_be_bytes().iter().take_while(|b| **b != 0).map(|b| *b as char).collect()
    }
}

/// The first eight bytes of a name as a number.
#[inline]
const fn short(name: &[u8]) -> u64 {
    let mut number = 0;
    let mut i = 0;
    while i < 8 {
        number = number << 8 | if i < name.len() { name[i] as u64 } else { 0 };
        i += 1;
    }
    number
}
