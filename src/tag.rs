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

/// Kinds of elements whose end tags may be left out: the next of its kind ends one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Omitted {
    Item,
    Term,
    Cell,
    Row,
    Option,
    Paragraph,
}

impl Omitted {
    pub const COUNT: usize = 6;
    pub const ALL: [Self; Self::COUNT] = [Self::Item, Self::Term, Self::Cell, Self::Row, Self::Option, Self::Paragraph];
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

    /// Its kind, if its end tag may be left out.
    pub fn omitted(self) -> Option<Omitted> {
        Some(match self.name {
            names::LI => Omitted::Item,
            names::DT | names::DD => Omitted::Term,
            names::TD | names::TH => Omitted::Cell,
            names::TR => Omitted::Row,
            names::OPTION => Omitted::Option,
            names::P => Omitted::Paragraph,
            _ => return None,
        })
    }

    /// The kind of which its start tag ends the innermost: a cell that of a cell, most blocks that of a paragraph.
    pub fn implies_end_of(self) -> Option<Omitted> {
        let block = || self.flow == Flow::Paragraph || self.is_any(&["div", "center", "form", "address", "hr"]);
        self.omitted().or_else(|| block().then_some(Omitted::Paragraph))
    }

    /// The kinds of which no start tag within it ends one around it.
    pub fn shields(self) -> &'static [Omitted] {
        use Omitted::{Cell, Item, Option, Paragraph, Row, Term};
        match self.name {
            names::UL | names::OL => &[Item],
            names::DL => &[Term],
            names::TABLE => &[Item, Term, Cell, Row, Paragraph],
            names::TD => &[Item, Term, Paragraph],
            names::TR => &[Cell],
            names::SELECT => &[Option],
            names::TH | names::BUTTON | names::DIV | names::LI => &[Paragraph],
            _ => &[],
        }
    }

    /// One of 64 bits by which a set of names can be told not to hold it.
    pub fn bit(self) -> u64 {
        1 << (self.name.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58)
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

/// Names of elements, as numbers.
mod names {
    use super::short;

    macro_rules! names {
        ($($name:ident $text:literal),*) => { $(pub const $name: u64 = short($text);)* };
    }

    names!(
        LI b"li", DT b"dt", DD b"dd", TD b"td", TH b"th", TR b"tr", OPTION b"option", P b"p", UL b"ul", OL b"ol", DL b"dl",
        TABLE b"table", SELECT b"select", BUTTON b"button", DIV b"div"
    );
}
