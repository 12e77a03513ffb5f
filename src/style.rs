//! As much CSS as it takes to know whether text can be seen.

use std::collections::HashMap;

/// Declarations by selector that a message's style sheets may hold; more are not looked at.
const MAX_SELECTORS: usize = 2_000;

/// A box this many pixels to the left of or above the page is off the screen.
const OFF_SCREEN: f32 = -500.0;

/// Letters of at most this many pixels can't be read.
const TINY: f32 = 2.0;

/// Colours whose channels differ by no more than this are one colour to the eye.
const SAME_COLOUR: u8 = 16;

/// What `display` may say; anything else is no declaration.
const DISPLAYS: &[&str] = &[
    "none",
    "block",
    "inline",
    "inline-block",
    "flex",
    "inline-flex",
    "grid",
    "inline-grid",
    "contents",
    "flow-root",
    "list-item",
    "table",
    "inline-table",
    "table-row",
    "table-cell",
    "table-caption",
    "table-column",
    "table-row-group",
    "table-header-group",
    "table-footer-group",
    "table-column-group",
    "inherit",
    "initial",
    "unset",
    "revert",
];

/// Red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour(pub [u8; 3]);

impl Colour {
    pub const BLACK: Self = Self([0; 3]);
    pub const WHITE: Self = Self([255; 3]);
    /// What a link has unless something else is said.
    pub const LINK: Self = Self([0, 0, 238]);

    /// Whether text of this colour can't be told from that ground.
    pub fn vanishes_on(self, ground: Self) -> bool {
        self.0.iter().zip(ground.0).all(|(a, b)| a.abs_diff(b) <= SAME_COLOUR)
    }
}

/// A colour as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    Solid(Colour),
    Transparent,
    /// A picture, a gradient, or a name that is not known.
    Unknown,
}

/// What the declarations of one element say; `None` where they say nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Style {
    /// Not rendered at all, whatever its children say; `Some(false)` takes that back.
    pub gone: Option<bool>,
    /// `visibility`, which a child may take back.
    pub visible: Option<bool>,
    /// Letters too small to read.
    pub tiny: Option<bool>,
    pub text: Option<Paint>,
    pub ground: Option<Paint>,
    /// Line breaks and spaces count.
    pub preformatted: Option<bool>,
    /// Laid out as a box of its own, as buttons are.
    pub boxed: bool,
}

impl Style {
    /// Lays later declarations over these.
    pub fn lay(&mut self, over: &Style) {
        self.gone = over.gone.or(self.gone);
        self.visible = over.visible.or(self.visible);
        self.tiny = over.tiny.or(self.tiny);
        self.text = over.text.or(self.text);
        self.ground = over.ground.or(self.ground);
        self.preformatted = over.preformatted.or(self.preformatted);
        self.boxed |= over.boxed;
    }

    /// Reads declarations: `display:none; color:#fff`.
    pub fn parse(css: &str) -> Self {
        let mut style = Self::default();
        let (mut clipped, mut flat, mut absolute, mut away) = (false, false, false, false);
        let css = css.to_ascii_lowercase();
        for declaration in css.split(';') {
            let Some((name, value)) = declaration.split_once(':') else { continue };
            let name = name.trim();
            let value = without_important(value.trim()).trim_end();
            match name {
                "display" => {
                    // What is no value at all is passed over, as browsers do.
                    style.gone = DISPLAYS.contains(&value).then_some(value == "none").or(style.gone);
                    style.boxed |= value == "inline-block" || value == "block";
                }
                "visibility" => style.visible = Some(!matches!(value, "hidden" | "collapse")),
                "opacity" if value.parse().is_ok_and(|o: f32| o < 0.05) => style.gone = Some(true),
                "font-size" => style.tiny = size(value).map(|s| s < TINY),
                "font" => style.tiny = value.split([' ', '/']).find_map(size).map(|s| s < TINY),
                "color" => style.text = Some(paint_of(value)),
                "background-color" => style.ground = Some(paint_of(value)),
                "background" => {
                    style.ground = Some(
                        value
                            .split_whitespace()
                            .map(paint_of)
                            .find(|p| *p != Paint::Unknown)
                            .filter(|_| !value.contains("url(") && !value.contains("gradient"))
                            .unwrap_or(Paint::Unknown),
                    )
                }
                "background-image" if value != "none" => style.ground = Some(Paint::Unknown),
                "overflow" | "overflow-y" | "overflow-x" => clipped |= value == "hidden",
                "height" | "max-height" | "width" | "max-width" => flat |= pixels(value).is_some_and(|p| p <= 1.0),
                "position" => absolute = value == "absolute" || value == "fixed",
                "left" | "top" | "right" => away |= pixels(value).is_some_and(|p| p <= OFF_SCREEN),
                "text-indent" | "margin-left" | "margin-top" if pixels(value).is_some_and(|p| p <= OFF_SCREEN) => {
                    style.gone = Some(true);
                }
                "clip" if value.starts_with("rect(0") => style.gone = Some(true),
                "clip-path" if value.starts_with("inset(50%") || value.starts_with("inset(100%") => style.gone = Some(true),
                "transform" if value.starts_with("scale(0)") => style.gone = Some(true),
                "white-space" => style.preformatted = Some(value.starts_with("pre")),
                _ => {}
            }
        }
        if clipped && flat || absolute && away {
            style.gone = Some(true);
        }
        style
    }
}

/// A value without the marks at its end that lift it over others. Most values have none, which one look tells; the standard
/// library's way makes ready to search first.
fn without_important(mut value: &str) -> &str {
    while let Some(rest) = value.strip_suffix("!important") {
        value = rest;
    }
    value
}

/// A length in pixels; relative lengths only where they are nothing.
fn pixels(value: &str) -> Option<f32> {
    let digits = value.find(|c: char| !matches!(c, '0'..='9' | '.' | '-' | '+')).unwrap_or(value.len());
    let number: f32 = value[..digits].parse().ok()?;
    match &value[digits..] {
        "px" | "" => Some(number),
        "pt" => Some(number * 4.0 / 3.0),
        "em" | "rem" => Some(number * 16.0),
        _ if number == 0.0 => Some(0.0),
        _ => None,
    }
}

/// A font's size in pixels; one that depends on the parent's is known only where it is nothing.
fn size(value: &str) -> Option<f32> {
    match value {
        "small" | "medium" | "large" | "x-large" | "xx-large" | "x-small" | "xx-small" | "initial" => Some(13.0),
        _ if value.ends_with("em") || value.ends_with('%') => pixels(value).filter(|p| *p == 0.0 || value.ends_with("rem")),
        _ if value.starts_with(|c: char| c.is_ascii_digit() || c == '.') && !value.ends_with(|c: char| c.is_ascii_digit())
            || value == "0" =>
        {
            pixels(value)
        }
        _ => None,
    }
}

/// Reads a colour.
pub(crate) fn paint(value: &str) -> Paint {
    paint_of(&value.to_ascii_lowercase())
}

/// Reads a colour in small letters.
fn paint_of(value: &str) -> Paint {
    let lower = value.trim().trim_end_matches(',');
    let hex = lower.strip_prefix('#').unwrap_or(lower);
    if let Some(colour) = hexadecimal(hex) {
        return Paint::Solid(colour);
    }
    if let Some(inner) = lower.strip_prefix("rgb").and_then(|r| r.trim_start_matches('a').strip_prefix('(')) {
        let numbers: Vec<f32> =
            inner.trim_end_matches(')').split([',', ' ', '/']).filter_map(|n| n.trim().parse().ok()).collect();
        return match numbers.as_slice() {
            [_, _, _, alpha] if *alpha < 0.05 => Paint::Transparent,
            // The cast saturates, which is what a colour out of range does.
            [r, g, b] | [r, g, b, _] => Paint::Solid(Colour([*r as u8, *g as u8, *b as u8])),
            _ => Paint::Unknown,
        };
    }
    match lower {
        "transparent" => Paint::Transparent,
        "white" => Paint::Solid(Colour::WHITE),
        "black" => Paint::Solid(Colour::BLACK),
        "red" => Paint::Solid(Colour([255, 0, 0])),
        "yellow" => Paint::Solid(Colour([255, 255, 0])),
        "blue" => Paint::Solid(Colour([0, 0, 255])),
        "navy" => Paint::Solid(Colour([0, 0, 128])),
        "green" => Paint::Solid(Colour([0, 128, 0])),
        "gray" | "grey" => Paint::Solid(Colour([128; 3])),
        "silver" => Paint::Solid(Colour([192; 3])),
        "whitesmoke" => Paint::Solid(Colour([245; 3])),
        "snow" => Paint::Solid(Colour([255, 250, 250])),
        "ivory" => Paint::Solid(Colour([255, 255, 240])),
        _ => Paint::Unknown,
    }
}

fn hexadecimal(digits: &str) -> Option<Colour> {
    let digits = digits.as_bytes();
    let value = |b: u8| (b as char).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let wide = match digits.len() {
        6 | 8 => true,
        3 | 4 => false,
        _ => return None,
    };
    let mut out = [0; 3];
    for (i, channel) in out.iter_mut().enumerate() {
        *channel = if wide { value(digits[2 * i])? << 4 | value(digits[2 * i + 1])? } else { value(digits[i])? * 17 };
    }
    Some(Colour(out))
}

/// The rules of a message's `<style>` elements, by simple selector: `td`, `.lead`, `td.lead`, `#top`.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    rules: HashMap<String, (Style, Style)>,
}

/// A selector in small letters, with an element's name as short as `Tag` keeps it.
fn shortened(selector: &str) -> String {
    let name = selector.find(['.', '#', '*']).unwrap_or(selector.len());
    format!("{}{}", &selector[..name.min(8)], &selector[name..]).to_ascii_lowercase()
}

impl Sheet {
    /// Adds the rules of one `<style>` element. What stands under `@media` holds for some screens only and is left out.
    pub fn add(&mut self, css: &str) {
        let css = without_comments(css);
        let mut rest = css.as_str();
        while let Some(open) = rest.find(['{', ';']) {
            let selector = rest[..open].trim().trim_start_matches("-->").trim_start_matches("<!--").trim();
            if rest.as_bytes()[open] == b';' {
                rest = &rest[open + 1..];
                continue;
            }
            if selector.starts_with('@') {
                rest = &rest[block_end(rest, open)..];
                continue;
            }
            let close = rest[open..].find('}').map_or(rest.len(), |i| open + i);
            let body = &rest[open + 1..close];
            self.rule(selector, body);
            rest = rest.get(close + 1..).unwrap_or("");
        }
    }

    fn rule(&mut self, selectors: &str, body: &str) {
        let style = Style::parse(body);
        if style == Style::default() {
            return;
        }
        let mut important = Style::default();
        if body.contains('!') {
            let strong: Vec<&str> = body.split(';').filter(|d| d.contains('!')).collect();
            important = Style::parse(&strong.join(";"));
        }
        for selector in selectors.split(',') {
            if self.rules.len() >= MAX_SELECTORS {
                return;
            }
            let last = selector.split_whitespace().next_back().unwrap_or("");
            let simple = !last.is_empty() && last.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.#*".contains(&b));
            if !simple {
                continue;
            }
            let whole = selector.trim() == last;
            let rule = self.rules.entry(shortened(last)).or_default();
            if whole {
                rule.0.lay(&style);
                rule.1.lay(&important);
            } else if style.ground.is_some() {
                // Where the rule holds is not known, so neither is the ground.
                rule.0.ground = Some(Paint::Unknown);
            }
        }
    }

    /// Whether they say nothing at all.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// What the sheets say of an element: ordinary declarations, and those that an inline style can't undo.
    pub fn of(&self, tag: &str, id: &str, classes: &str) -> (Style, Style) {
        let mut out = (Style::default(), Style::default());
        if self.rules.is_empty() {
            return out;
        }
        let mut lay = |key: &str| {
            if let Some((style, important)) = self.rules.get(key) {
                out.0.lay(style);
                out.1.lay(important);
            }
        };
        lay("*");
        lay(tag);
        let classes = classes.to_ascii_lowercase();
        for class in classes.split_whitespace().take(16) {
            lay(&format!(".{class}"));
            lay(&format!("{tag}.{class}"));
        }
        if !id.is_empty() {
            lay(&format!("#{}", id.to_ascii_lowercase()));
        }
        out
    }
}

fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(at) = rest.find("/*") {
        out.push_str(&rest[..at]);
        rest = rest[at + 2..].find("*/").map_or("", |i| &rest[at + i + 4..]);
    }
    out.push_str(rest);
    out
}

/// One past the brace that closes the one at `open`.
fn block_end(css: &str, open: usize) -> usize {
    let mut depth = 0usize;
    for (i, b) in css.bytes().enumerate().skip(open) {
        match b {
            b'{' => depth += 1,
            b'}' if depth == 1 => return i + 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    css.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gone(css: &str) -> bool {
        Style::parse(css).gone == Some(true)
    }

    #[test]
    fn ways_to_hide_a_box() {
        for css in [
            "display:none",
            "DISPLAY : NONE !important",
            "opacity:0",
            "max-height:0;overflow:hidden",
            "position:absolute;left:-9999px",
            "text-indent:-1000px",
            "width:1px;height:1px;overflow:hidden",
            "clip:rect(0 0 0 0)",
        ] {
            assert!(gone(css), "{css}");
        }
        for css in
            ["display:block", "opacity:0.9", "max-height:0", "left:-9999px", "width:100%;overflow:hidden", "text-indent:2em", ""]
        {
            assert!(!gone(css), "{css}");
        }
    }

    #[test]
    fn sizes_and_colours() {
        let tiny = |css| Style::parse(css).tiny;
        assert_eq!(tiny("font-size:0"), Some(true));
        assert_eq!(tiny("font-size:1px"), Some(true));
        assert_eq!(tiny("font-size:0em"), Some(true));
        assert_eq!(tiny("font-size:14px"), Some(false));
        assert_eq!(tiny("font-size:1.2em"), None);
        assert_eq!(tiny("font:bold 0px/1 Arial"), Some(true));
        assert_eq!(paint("#FFF"), Paint::Solid(Colour::WHITE));
        assert_eq!(paint("rgb(255, 255, 255)"), Paint::Solid(Colour::WHITE));
        assert_eq!(paint("rgba(1,2,3,0)"), Paint::Transparent);
        assert_eq!(Style::parse("background:#fff url(x.png)").ground, Some(Paint::Unknown));
        assert_eq!(Style::parse("background:#fff none").ground, Some(Paint::Solid(Colour::WHITE)));
        assert!(Colour([254, 254, 250]).vanishes_on(Colour::WHITE));
        assert!(!Colour([204, 204, 204]).vanishes_on(Colour::WHITE));
    }

    #[test]
    fn sheets() {
        let mut sheet = Sheet::default();
        sheet.add("/* .a{} */ @import url(x); .Pre, td.small { display:none } @media print { .b { display:none } } .c { color:red !important }");
        assert_eq!(sheet.of("span", "", "other pre").0.gone, Some(true));
        assert_eq!(sheet.of("td", "", "small").0.gone, Some(true));
        assert_eq!(sheet.of("p", "", "small b").0.gone, None);
        assert!(sheet.of("p", "", "c").1.text.is_some());
        sheet.add("table .deep { background:#00f; display:none } .never-closed { display:none");
        let deep = sheet.of("td", "", "deep").0;
        assert_eq!((deep.ground, deep.gone), (Some(Paint::Unknown), None));
        sheet.add("}}}{{{");
    }
}
