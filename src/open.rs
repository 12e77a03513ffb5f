//! An open element of HTML: what its text inherits, and whether that text can be seen.
//!
//! Visibility is judged from inline styles, attributes and simple style sheet rules, with nothing fetched.

use crate::attributes::Attributes;
use crate::label::Caller;
use crate::style::{Colour, Paint, Sheet, Style};
use crate::tag::{Omitted, Tag};

/// An open element, with what its text inherits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Open {
    pub tag: Tag,
    gone: bool,
    visible: bool,
    tiny: bool,
    text: Paint,
    /// The colour of links.
    link: Paint,
    /// Nothing where it is not known.
    ground: Option<Colour>,
    pub preformatted: bool,
    pub quoted: bool,
    pub boxed: bool,
    pub heading: bool,
    /// The link or button whose label its text is.
    pub caller: Option<Caller>,
    /// For each kind of element with an end tag that may be left out the one, counted from 1, that the next of its kind ends.
    pub ends: [u16; Omitted::COUNT],
    /// The names, each as one of 64 bits, of it and all open elements around it, and of those around it within a table's cell.
    pub names: u64,
    pub cell_names: u64,
}

impl Open {
    /// What stands around everything.
    pub fn root() -> Self {
        Self {
            tag: Tag::new(b""),
            gone: false,
            visible: true,
            tiny: false,
            text: Paint::Solid(Colour::BLACK),
            link: Paint::Solid(Colour::LINK),
            ground: Some(Colour::WHITE),
            preformatted: false,
            quoted: false,
            boxed: false,
            heading: false,
            caller: None,
            ends: [0; Omitted::COUNT],
            names: 0,
            cell_names: 0,
        }
    }

    /// Takes its place in the stack, above `depth` others.
    pub fn enter(&mut self, depth: usize) {
        let bit = self.tag.bit();
        self.names |= bit;
        self.cell_names = if self.tag.is_any(&["td", "th", "table"]) { 0 } else { self.cell_names | bit };
        let (kind, shields) = (self.tag.omitted(), self.tag.shields());
        for other in Omitted::ALL {
            if kind == Some(other) {
                // The stack is far shorter than that.
                self.ends[other as usize] = depth as u16 + 1;
            } else if shields.contains(&other) {
                self.ends[other as usize] = 0;
            }
        }
    }

    /// Lays style sheets, attributes and the inline style over what it inherits.
    pub fn dress(&mut self, attributes: &Attributes, sheet: &Sheet) {
        let tag = self.tag;
        let mut style = Style::default();
        if tag.is("a") && attributes.href {
            style.text = Some(self.link);
        }
        if let Some(hints) = attributes.hints(tag) {
            self.link = hints.link.unwrap_or(self.link);
            style.lay(&hints.style);
        }
        if sheet.is_empty() {
            style.lay(&attributes.inline());
        } else {
            let (ordinary, important) = sheet.of(&tag.name(), &attributes.id, &attributes.class);
            style.lay(&ordinary);
            style.lay(&attributes.inline());
            style.lay(&important);
        }
        self.gone |= style.gone.unwrap_or(attributes.hidden);
        self.visible = style.visible.unwrap_or(self.visible);
        self.tiny = style.tiny.unwrap_or(self.tiny);
        self.text = style.text.unwrap_or(self.text);
        match style.ground {
            Some(Paint::Solid(colour)) => self.ground = Some(colour),
            Some(Paint::Unknown) => self.ground = None,
            Some(Paint::Transparent) | None => {}
        }
        self.preformatted = style.preformatted.unwrap_or(self.preformatted || tag.is_any(&["pre", "textarea"]));
        let is_classed = |part: &str| !attributes.class.is_empty() && attributes.class.contains(part);
        let button = attributes.role_button || is_classed("btn") || is_classed("button");
        self.boxed = tag.is("a") && (button || style.boxed);
        self.heading |= tag.is_any(&["h1", "h2", "h3", "h4", "h5", "h6"]);
        self.quoted |= tag.is("blockquote") && (attributes.kind == "cite" || is_classed("gmail_quote"));
    }

    /// The same for text that stands in an attribute: no colour of the page draws a picture's text, and a linked picture is a
    /// button only if it looks like one.
    pub fn of_attribute(&self) -> Self {
        Self { text: Paint::Unknown, tiny: false, caller: self.caller.filter(|c| c.pressed), ..*self }
    }

    /// Whether its own text can be seen.
    pub fn is_seen(&self) -> bool {
        let painted = match (self.text, self.ground) {
            (Paint::Transparent, _) => false,
            (Paint::Solid(text), Some(ground)) => !text.vanishes_on(ground),
            _ => true,
        };
        !self.gone && self.visible && !self.tiny && painted
    }
}
