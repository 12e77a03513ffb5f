//! The attributes of a start tag, as far as they say what is seen and what calls the reader to act.

use crate::charset::lossy;
use crate::label::leads_nowhere;
use crate::style::{Paint, Style, paint};
use crate::tag::Tag;

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
    Link,
    Bgcolor,
    Background,
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
            b"link" => Self::Link,
            b"bgcolor" => Self::Bgcolor,
            b"background" => Self::Background,
            b"role" => Self::Role,
            b"width" => Self::Width,
            b"height" => Self::Height,
            _ => return None,
        })
    }
}

/// What presentational attributes say of an element and of what it holds.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Hints {
    pub style: Style,
    /// The colour of links.
    pub link: Option<Paint>,
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
    colour: Option<Paint>,
    text: Option<Paint>,
    link: Option<Paint>,
    ground: Option<Paint>,
    picture: bool,
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
        // Every field has its name here, so that one that is added can't be forgotten.
        let Self {
            named,
            seen,
            style,
            class,
            id,
            alt,
            value,
            kind,
            colour,
            text,
            link,
            ground,
            picture,
            hidden,
            href,
            idle,
            role_button,
            dot,
        } = self;
        (*named, *seen) = (None, 0);
        [style, class, id, alt, value, kind].into_iter().for_each(String::clear);
        [colour, text, link, ground].into_iter().for_each(|paint| *paint = None);
        [picture, hidden, href, idle, role_button, dot].into_iter().for_each(|said| *said = false);
    }

    /// The next attribute's name; the answer is whether its value matters.
    pub fn name(&mut self, name: &[u8]) -> bool {
        match name {
            b"hidden" => self.hidden = true,
            b"href" => self.href = true,
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
        let value = lossy(&value[..value.len().min(MAX_VALUE)]);
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
            Name::Color => self.colour = hint(&value),
            Name::Text => self.text = hint(&value),
            Name::Link => self.link = hint(&value),
            Name::Bgcolor => self.ground = hint(&value),
            Name::Background => self.picture = !value.trim().is_empty(),
            Name::Role => self.role_button = value.eq_ignore_ascii_case("button"),
            Name::Width | Name::Height => self.dot |= matches!(value.trim().trim_end_matches("px"), "0" | "1"),
        }
    }

    /// What the presentational attributes say, of those that browsers heed in such an element: the HTML standard's section on
    /// rendering names them, `color` of a `font`, `text`, `link`, `bgcolor` and `background` of the body, the last two of a
    /// table and its parts. Nothing where there are none.
    pub fn hints(&self, tag: Tag) -> Option<Hints> {
        if !self.picture && [self.colour, self.text, self.link, self.ground].iter().all(Option::is_none) {
            return None;
        }
        let (body, font) = (tag.is("body"), tag.is("font"));
        let table = tag.is_any(&["table", "thead", "tbody", "tfoot", "tr", "td", "th"]);
        let text = self.colour.filter(|_| font).or(self.text.filter(|_| body));
        let picture = (self.picture && (body || table)).then_some(Paint::Unknown);
        let ground = picture.or(self.ground.filter(|_| body || table || tag.is("marquee")));
        Some(Hints { style: Style { text, ground, ..Style::default() }, link: self.link.filter(|_| body) })
    }

    /// What the inline style says.
    pub fn inline(&self) -> Style {
        if self.style.is_empty() { Style::default() } else { Style::parse(&self.style) }
    }
}

/// The colour that an attribute names; `transparent` is none there.
fn hint(value: &str) -> Option<Paint> {
    Some(paint(value)).filter(|p| *p != Paint::Transparent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::style::Colour;

    #[test]
    fn presentational_attributes_count_where_browsers_heed_them() {
        const NAMES: [&str; 5] = ["color", "text", "link", "bgcolor", "background"];
        let heeded = |tag: &str| -> Vec<&str> {
            let is_heeded = |name: &&str| {
                let mut attributes = Attributes::default();
                attributes.name(name.as_bytes());
                attributes.value(b"white");
                attributes.hints(Tag::new(tag.as_bytes())).is_some_and(|hints| hints != Hints::default())
            };
            NAMES.into_iter().filter(is_heeded).collect()
        };
        assert_eq!(heeded("body"), ["text", "link", "bgcolor", "background"]);
        assert_eq!(heeded("font"), ["color"]);
        assert_eq!(heeded("marquee"), ["bgcolor"]);
        for tag in ["table", "thead", "tbody", "tfoot", "tr", "td", "th"] {
            assert_eq!(heeded(tag), ["bgcolor", "background"], "{tag}");
        }
        for tag in ["p", "div", "span", "a", "b", "li", "html", "center", "blockquote", "h1", "pre", "caption", "form"] {
            assert!(heeded(tag).is_empty(), "{tag}");
        }
    }

    #[test]
    fn no_attribute_makes_a_colour_transparent() {
        let mut attributes = Attributes::default();
        for (name, value) in [("bgcolor", "transparent"), ("text", "#FFFFFF")] {
            attributes.name(name.as_bytes());
            attributes.value(value.as_bytes());
        }
        let hints = attributes.hints(Tag::new(b"body")).unwrap_or_default();
        assert_eq!((hints.style.ground, hints.style.text), (None, Some(Paint::Solid(Colour::WHITE))));
    }
}
