//! HTML as its reader sees it: blocks become lines, and what can't be seen is kept apart.
//!
//! The stack of open elements is our own and bounded, since tree builders are quadratic in nested blocks.

use crate::attributes::Attributes;
use crate::charset::lossy;
use crate::ink::{Gap, Ink};
use crate::label::Calls;
use crate::markup::{self, Visitor};
use crate::open::Open;
use crate::span::{Span, Stretch};
use crate::style::Sheet;
use crate::tag::{Flow, Tag};
use crate::words::Zone;

/// How many open elements are followed; browsers stop at 512 too.
const MAX_OPEN: usize = 512;

/// Style sheets are looked at up to this many bytes in all.
const MAX_SHEET: usize = 1 << 20;

/// A rendered HTML part.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Rendered {
    /// What the reader sees, and below it what the reader doesn't.
    pub text: String,
    /// The stretches that the markup itself calls quoted, and the hidden one at the end.
    pub marks: Vec<Stretch>,
    /// The labels of links and buttons that call the reader to act, in order.
    pub labels: Vec<Span>,
    /// Elements were nested deeper than is followed.
    pub too_deep: bool,
}

/// Renders an HTML part.
pub(crate) fn render(html: &str) -> Rendered {
    let mut renderer = Renderer::default();
    markup::read(html.as_bytes(), &mut renderer);
    renderer.finish()
}

#[derive(Debug, Default)]
struct Renderer {
    seen: Ink,
    hidden: Ink,
    stack: Vec<Open>,
    /// How many of them are paragraphs, which most blocks end.
    paragraphs: usize,
    /// How many elements are open beyond the bound.
    overflow: usize,
    too_deep: bool,
    /// The start tag that is being read.
    tag: Option<Tag>,
    attributes: Attributes,
    /// What is read is the text of an element.
    nested: bool,
    sheet: Sheet,
    sheet_bytes: usize,
    quotes: Vec<Span>,
    calls: Calls,
}

impl Renderer {
    fn top(&self) -> Open {
        self.stack.last().copied().unwrap_or_else(Open::root)
    }

    fn start(&mut self, tag: Tag, self_closing: bool) {
        self.close_implied(tag);
        let mut open = self.top();
        open.tag = tag;
        open.dress(&self.attributes, &self.sheet);
        if tag.is_any(&["a", "button", "input"]) {
            let pressed = tag.is("button") || tag.is("input") || open.boxed;
            let follows = tag.is("a") && self.attributes.href && !open.heading;
            let idle = self.attributes.idle || self.attributes.kind == "reset";
            open.caller = (!idle && (pressed || follows)).then(|| self.calls.next(pressed));
        }
        self.begin(tag.flow, open.boxed);
        if tag.flow == Flow::Void {
            self.void(&open);
            return;
        }
        if self_closing && !tag.is_any(&["a", "div", "p", "span", "td", "tr", "table", "li", "b", "i", "font"]) {
            // In HTML `<div/>` opens a div; foreign elements and made-up ones do close themselves.
            return;
        }
        if self.stack.len() < MAX_OPEN {
            self.paragraphs += usize::from(tag.is("p"));
            open.enter(self.stack.len());
            self.stack.push(open);
        } else {
            self.overflow += 1;
            self.too_deep = true;
        }
        if tag.is("li") && open.is_seen() {
            self.write(&open, "\u{2022} ");
        }
    }

    /// The gap before (and after) an element.
    fn begin(&mut self, flow: Flow, boxed: bool) {
        let gap = match flow {
            Flow::Paragraph => Gap::Paragraph,
            Flow::Line => Gap::Line,
            _ if boxed => Gap::Line,
            _ => return,
        };
        self.seen.gap(gap);
        self.hidden.gap(Gap::Paragraph);
    }

    fn void(&mut self, open: &Open) {
        if open.tag.is("br") {
            if open.is_seen() {
                self.seen.line_break();
            } else {
                self.hidden.gap(Gap::Paragraph);
            }
        } else if open.tag.is("hr") {
            self.seen.gap(Gap::Paragraph);
        } else if open.tag.is("img") && !self.attributes.dot {
            self.label(open, |attributes| &mut attributes.alt, Gap::Space);
        } else if open.tag.is("input") {
            match self.attributes.kind.as_str() {
                "submit" | "button" | "reset" => self.label(open, |attributes| &mut attributes.value, Gap::Line),
                "image" => self.label(open, |attributes| &mut attributes.alt, Gap::Line),
                _ => {}
            }
        }
    }

    /// Text that stands in an attribute.
    fn label(&mut self, open: &Open, attribute: fn(&mut Attributes) -> &mut String, gap: Gap) {
        let text = std::mem::take(attribute(&mut self.attributes));
        if !text.trim().is_empty() {
            let open = open.of_attribute();
            self.ink(&open).gap(gap);
            self.write(&open, &text);
            self.ink(&open).gap(gap);
        }
        // For its memory.
        *attribute(&mut self.attributes) = text;
    }

    fn ink(&mut self, open: &Open) -> &mut Ink {
        if open.is_seen() { &mut self.seen } else { &mut self.hidden }
    }

    /// Start tags that end what stands open: a paragraph at the next block, a cell at the next cell.
    fn close_implied(&mut self, tag: Tag) {
        let Some(open) = self.stack.last() else { return };
        let index = tag.implies_end_of().map_or(0, |kind| open.ends[kind as usize]);
        if index > 0 {
            self.close(usize::from(index) - 1);
        }
    }

    fn end(&mut self, tag: Tag) {
        if tag.is("br") || tag.is("p") && self.paragraphs == 0 {
            // Browsers show a stray end tag of these as an empty element.
            self.seen.line_break();
            return;
        }
        if self.overflow > 0 {
            self.overflow -= 1;
            self.begin(tag.flow, false);
            return;
        }
        let table = tag.is_any(&["table", "td", "th", "tr", "tbody", "body", "html"]);
        let Some(top) = self.stack.last() else { return };
        if tag.bit() & if table { top.names } else { top.cell_names } == 0 {
            return;
        }
        for i in (0..self.stack.len()).rev() {
            let open = self.stack[i].tag;
            if open == tag {
                self.close(i);
                return;
            }
            // An end tag inside a cell does not close what stands open around the table.
            if !table && open.is_any(&["td", "th", "table"]) {
                return;
            }
        }
    }

    /// Closes the open element at `index` and all within it.
    fn close(&mut self, index: usize) {
        for i in (index..self.stack.len()).rev() {
            let Open { tag, boxed, .. } = self.stack[i];
            self.paragraphs -= usize::from(tag.is("p"));
            self.begin(tag.flow, boxed);
        }
        self.stack.truncate(index);
    }

    fn write(&mut self, open: &Open, text: &str) {
        if !open.is_seen() {
            self.hidden.write(text, false);
            return;
        }
        let from = self.seen.text.len();
        if self.seen.write(text, open.preformatted) {
            self.hidden.gap(Gap::Paragraph);
            let span = Span::new(from, self.seen.text.len());
            if let Some(caller) = open.caller {
                self.calls.write(caller, span);
            }
            if open.quoted {
                match self.quotes.last_mut() {
                    Some(last) if last.end == from => last.end = span.end,
                    _ => self.quotes.push(span),
                }
            }
        }
    }

    fn finish(self) -> Rendered {
        let mut text = self.seen.text;
        let labels = self.calls.labels(&text);
        let mut marks: Vec<Stretch> = self.quotes.into_iter().map(|span| Stretch { span, zone: Zone::Quoted }).collect();
        if !self.hidden.text.is_empty() {
            let start = text.len();
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&self.hidden.text);
            marks.push(Stretch { span: Span::new(start, text.len()), zone: Zone::Hidden });
        }
        Rendered { text, marks, labels, too_deep: self.too_deep }
    }
}

impl Visitor for Renderer {
    fn open_tag(&mut self, name: &[u8]) {
        self.tag = Some(Tag::new(name));
        self.attributes.clear();
    }

    fn attribute(&mut self, name: &[u8]) -> bool {
        self.attributes.name(name)
    }

    fn value(&mut self, value: &[u8]) {
        self.attributes.value(value);
    }

    fn close_tag(&mut self, self_closing: bool) {
        if let Some(tag) = self.tag.take() {
            self.start(tag, self_closing);
        }
    }

    fn end_tag(&mut self, name: &[u8]) {
        self.tag = None;
        self.end(Tag::new(name));
    }

    fn text(&mut self, value: &[u8]) {
        let open = self.top();
        if open.tag.is("style") {
            if self.sheet_bytes < MAX_SHEET {
                self.sheet_bytes += value.len();
                self.sheet.add(&lossy(&value[..value.len().min(MAX_SHEET)]));
            }
        } else if open.tag.is("noscript") && !self.nested {
            // Mail programs run no scripts, so this is shown; the tokenizer hands it over as raw text.
            self.nested = true;
            markup::read(value, self);
            self.nested = false;
        } else if open.tag.flow != Flow::Skipped {
            self.write(&open, &lossy(value));
        }
    }

    /// A comment is seen by nobody, but for those that address Outlook, which are markup for its readers alone.
    fn comment(&mut self, value: &[u8]) {
        let text = lossy(value);
        let for_outlook = ["[if", "[endif", "<!"].iter().any(|lead| text.trim_start().starts_with(lead));
        if for_outlook || text.trim_end().ends_with("<![endif]") || self.nested {
            return;
        }
        self.hidden.gap(Gap::Paragraph);
        self.hidden.write(&text, false);
        self.hidden.gap(Gap::Paragraph);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seen and hidden text.
    fn both(html: &str) -> (String, String) {
        let rendered = render(html);
        let cut = rendered.marks.iter().find(|m| m.zone == Zone::Hidden).map_or(rendered.text.len(), |m| m.span.start);
        (rendered.text[..cut].to_owned(), rendered.text[cut..].trim_start().to_owned())
    }

    fn seen(html: &str) -> String {
        both(html).0
    }

    #[test]
    fn blocks_are_lines() {
        assert_eq!(seen("<p>One  two<br>three</p><p>four</p>"), "One two\nthree\n\nfour");
        assert_eq!(seen("a<div>b<div>c</div></div>d"), "a\nb\nc\nd");
        assert_eq!(seen("<table><tr><td>a<td>b<tr><td>c</table>"), "a\nb\nc");
        assert_eq!(seen("<ul><li>x<li>y</ul>z"), "\u{2022} x\n\u{2022} y\n\nz");
        assert_eq!(seen("<title>t</title><style>p{}</style><script>s</script>Fr&#101;e &amp; <b>bo</b>ld"), "Free & bold");
        assert_eq!(seen("<pre>a\n  b</pre>"), "a\nb");
        assert_eq!(seen("<noscript><p>shown</p></noscript>"), "shown");
        assert_eq!(seen("<p>a<p>b"), "a\n\nb");
    }

    #[test]
    fn labels_count() {
        assert_eq!(seen("<a href=x><img alt='Claim your gift' src=y></a>"), "Claim your gift");
        assert_eq!(seen("Hello <a class=btn href=x>Claim it</a> now"), "Hello\nClaim it\nnow");
        assert_eq!(seen("Please <a href=x>click here</a> now"), "Please click here now");
        assert_eq!(
            seen("<form>x<input type=submit value='Send it'><input type=hidden value=no><button>Go</button></form>"),
            "x\nSend it\nGo"
        );
        assert_eq!(seen("<img width=1 height=1 alt=tracker>x"), "x");
    }

    fn labels(html: &str) -> Vec<String> {
        let rendered = render(html);
        rendered.labels.iter().map(|l| l.of(&rendered.text).to_owned()).collect()
    }

    #[test]
    fn buttons_and_links_that_stand_alone_call_to_act() {
        assert_eq!(labels("<p>It rains.</p><p><a href=x>Our <b>hats</b> \u{bb}</a></p>"), ["Our hats"]);
        assert_eq!(
            labels("Hello <a class=btn href=x>Hats</a> now <button>Go</button> and <input type=submit value='Send it'>"),
            ["Hats", "Go", "Send it"]
        );
        assert_eq!(labels("It rains. <a href=x>See hats</a>"), ["See hats"]);
        assert_eq!(labels("<a class=button href=x><img alt='Hats' src=y></a>"), ["Hats"]);
        assert_eq!(labels("<td><a href=x>One</a><td><a href=x>Two</a><td>word"), ["One", "Two"]);
    }

    #[test]
    fn other_links_do_not() {
        for html in [
            "We sell <a href=x>hats</a> here.",
            "We sell <a href=x>hats</a>",
            "<a href=x>Hats</a> are here.",
            "<a href=x>One</a><br><a href=x>Two</a><br><a href=x>Three</a>",
            "<ul><li><a href=x>One</a><li><a href=x>Two</a><li><a href=x>Three</a></ul>",
            "<a href=x>One</a> | <a href=x>Two</a>",
            "<h2><a href=x>Hats</a></h2>",
            "<a href=x><img alt='Hats' src=y></a>",
            "<a name=x>Hats</a>",
            "<a href=x>Hats<br>and coats</a>",
            "<div style='display:none'><a href=x>Hats</a></div>",
            "<a href=x>\u{bb}</a>",
        ] {
            assert!(labels(html).is_empty(), "{html}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_kept_apart() {
        for (html, wanted) in [
            ("a<span style='display:none'>b</span>c", ("ac", "b")),
            ("a<div hidden>b</div>c", ("a\nc", "b")),
            // What browsers pass over.
            ("a<div hidden style='display:bogus'>b</div>c", ("a\nc", "b")),
            ("<body background=' '><font color=white>b</font>a", ("a", "b")),
            ("<font color=white>b</font>a", ("a", "b")),
            ("<table bgcolor=#000000><tr><td><font color=white>a</font></table>", ("a", "")),
            ("<body bgcolor=black text=black>b<font color=#fff>a</font>", ("a", "b")),
            // Attributes that no browser heeds there.
            ("<p color=white>a</p><p text=white>a</p><span bgcolor=black>a</span>", ("a\n\na\n\na", "")),
            ("<div bgcolor=black><font color=white>b</font></div>a", ("a", "b")),
            ("<font text=white>a</font><td color=white>a<body color=white>a", ("a\na\na", "")),
            ("<font color=transparent>a</font>", ("a", "")),
            ("<body link=white>a<a href=x>b</a><a>a</a>", ("aa", "b")),
            ("<body link=white><table bgcolor=black><tr><td><a href=x>a</a></table>", ("a", "")),
            ("<td bgcolor=white background=x.png><font color=white>a</font>", ("a", "")),
            ("<div style='font-size:0'>b<span style='font-size:12px'>a</span></div>", ("a", "b")),
            ("<div style='visibility:hidden'>b<i style='visibility:visible'>a</i></div>", ("a", "b")),
            ("<div style='display:none'>b<i style='display:block'>b</i></div>a", ("a", "bb")),
            ("<style>.pre{display:none!important}</style><div class=pre style='display:block'>b</div>a", ("a", "b")),
            ("a<!-- b -->c", ("ac", "b")),
            ("a<!--[if mso]><p>outlook</p><![endif]-->c", ("ac", "")),
            ("<div style='background:url(x.png)'><font color=white>a</font></div>", ("a", "")),
            ("<td style='color:#fff'><a href=x>a</a></td>", ("a", "")),
            ("<p style='display:none'>b<p>a", ("a", "b")),
            // Of repeated attributes the first one counts, also where it says nothing.
            ("<p style='' style='display:none'>a</p><p style style='display:none'>a</p>", ("a\n\na", "")),
            ("<div style='display:none'></span>b</div>a", ("a", "b")),
            ("<table><tr><td style='display:none'>b</div></td><td>a</td></tr></table>", ("a", "b")),
        ] {
            let (seen, hidden) = both(html);
            assert_eq!((seen.as_str(), hidden.replace('\n', "").as_str()), wanted, "{html}");
        }
    }

    #[test]
    fn quotations_are_marked() {
        let rendered = render("own<blockquote type=cite>theirs <b>still</b></blockquote>own");
        assert_eq!(rendered.marks.len(), 1);
        assert_eq!(rendered.marks[0].span.of(&rendered.text).trim(), "theirs still");
        assert!(render("<blockquote>indented</blockquote>").marks.is_empty());
    }

    #[test]
    fn hostile_nesting_is_bounded() {
        let deep = render(&format!("{}a{}b", "<div>".repeat(100_000), "</div>".repeat(100_000)));
        assert!(deep.too_deep);
        assert_eq!(deep.text, "a\nb");
        for unit in [
            "<b>",
            "</b>",
            "<p>",
            "<td>",
            "<a href=",
            "<!--",
            "&",
            "<",
            "<div style='",
            "<style>",
            "\u{200b}",
            "<svg/>",
            "<table>",
            "</p>",
        ] {
            render(&unit.repeat(200_000));
        }
    }
}
