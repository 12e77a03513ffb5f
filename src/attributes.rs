//! The attributes of a start tag, as far as they say what is seen and what calls the reader to act.

use crate::label::leads_nowhere;
use crate::style::{Paint, Style, paint};

/// A value is looked at up to this many bytes.
const MAX_VALUE: usize = 16 << 10;

/// Attributes whose values matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Href,
    Style,
    Class,
    Id,
    Alt,
    Value,
    Type,
    Color,
    Text,
    Bgcolor,
    Role,
    Width,
    Height,
}

impl Name {
    fn read(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"href" => Self::Href,
            b"style" => Self::Style,
            b"class" => Self::Class,
            b"id" => Self::Id,
            b"alt" => Self::Alt,
            b"value" => Self::Value,
            b"type" => Self::Type,
            b"color" => Self::Color,
            b"text" => Self::Text,
            b"bgcolor" => Self::Bgcolor,
            b"role" => Self::Role,
            b"width" => Self::Width,
            b"height" => Self::Height,
            _ => return None,
        })
    }
}

/// The attributes of one start tag.
#[derive(Debug, Default)]
pub(crate) struct Attributes {
    /// The one that was named last, if its value matters.
    named: Option<Name>,
    /// A bit for each that has a value.
    seen: u16,
    style: String,
    /// In small letters.
    pub class: String,
    pub id: String,
    pub alt: String,
    pub value: String,
    /// The type, in small letters.
    pub kind: String,
    pub colour: Option<Paint>,
    pub ground: Option<Paint>,
    pub hidden: bool,
    pub href: bool,
    /// The link asks nothing of whoever follows it.
    pub idle: bool,
    pub role_button: bool,
    /// An image too small to be one.
    pub dot: bool,
}

impl Attributes {
    /// Forgets everything but its memory.
    pub fn clear(&mut self) {
        let texts = [&mut self.style, &mut self.class, &mut self.id, &mut self.alt, &mut self.value, &mut self.kind];
        let [style, class, id, alt, value, kind] = texts.map(|text| {
            text.clear();
            std::mem::take(text)
        });
        *self = Self { style, class, id, alt, value, kind, ..Self::default() };
    }

    /// The next attribute's name; the answer is whether its value matters.
    pub fn name(&mut self, name: &[u8]) -> bool {
        match name {
            b"hidden" => self.hidden = true,
            b"href" => self.href = true,
            b"background" => self.ground = Some(Paint::Unknown),
            _ => {}
        }
        // Of repeated attributes the first one counts, as in browsers.
        self.named = Name::read(name).filter(|n| self.seen >> *n as u16 & 1 == 0);
        self.seen |= self.named.map_or(0, |name| 1 << name as u16);
        self.named.is_some()
    }

    /// The value of the attribute that was named last.
    pub fn value(&mut self, value: &[u8]) {
        let Some(name) = self.named.take() else { return };
        let value = String::from_utf8_lossy(&value[..value.len().min(MAX_VALUE)]);
        match name {
            Name::Href => self.idle = leads_nowhere(&value),
            Name::Style => self.style.push_str(&value),
            Name::Class => {
                self.class.push_str(&value);
                self.class.make_ascii_lowercase();
            }
            Name::Id => self.id.push_str(&value),
            Name::Alt => self.alt.push_str(&value),
            Name::Value => self.value.push_str(&value),
            Name::Type => {
                self.kind.push_str(value.trim());
                self.kind.make_ascii_lowercase();
            }
            Name::Color | Name::Text => self.colour = Some(paint(&value)),
            Name::Bgcolor => self.ground = Some(paint(&value)),
            Name::Role => self.role_button = value.eq_ignore_ascii_case("button"),
            Name::Width | Name::Height => self.dot |= matches!(value.trim().trim_end_matches("px"), "0" | "1"),
        }
    }

    /// What the inline style says.
    pub fn inline(&self) -> Style {
        if self.style.is_empty() { Style::default() } else { Style::parse(&self.style) }
    }
}
