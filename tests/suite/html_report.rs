//! The page of `--format html`: whatever a message holds, it stays words. tests/suite/browser.rs asks a browser the same.

use std::collections::BTreeSet;
use std::process::Command;

use html5gum::{Token, Tokenizer};

use crate::root;

/// What would run or load something if it got into the page as it is, or take it apart. PLACE is an address to call.
pub(crate) const PAYLOADS: [&str; 22] = [
    "<script>fetch('PLACE/script');document.title='owned'</script>",
    "<script src=PLACE/src></script>",
    "</style><script>document.title='owned'</script>",
    "</title></textarea></noscript><script>document.title='owned'</script>",
    "<img src=PLACE/img onerror=\"document.title='owned'\">",
    "\"><img src=x onerror=document.title='owned'>",
    "'><img src=x onerror=document.title='owned'>",
    "<svg onload=\"fetch('PLACE/svg');document.title='owned'\"><animate onbegin=document.title='owned'></svg>",
    "<svg><script href=PLACE/svgscript></script><image href=PLACE/image /></svg>",
    "<style>body{background:url(PLACE/css)}</style><style>@import 'PLACE/import';</style>",
    "<link rel=stylesheet href=PLACE/link><link rel=icon href=PLACE/icon>",
    "<a href=\"javascript:document.title='owned'\">go</a> javascript:document.title='owned'",
    "<iframe src=PLACE/frame srcdoc=\"<script>parent.document.title='owned'</script>\"></iframe>",
    "<meta http-equiv=refresh content=\"0;url=PLACE/refresh\"><base href=PLACE/base/>",
    "<template><script>document.title='owned'</script></template><math><mtext><script>document.title='owned'</script></math>",
    "<details open ontoggle=document.title='owned'><video src=PLACE/video><audio src=PLACE/audio><object data=PLACE/object>",
    "<form action=PLACE/form><input autofocus onfocus=document.title='owned'></form>",
    "&lt;script&gt;document.title='owned'&lt;/script&gt; &#60;script&#62; &quot; onload=&quot;x",
    "<!-- --><script>document.title='owned'</script><!--> <![CDATA[<script>document.title='owned'</script>]]>",
    "\u{202e}<script>document.title='owned'</script>\u{2066}\u{200f}",
    "<scr\u{0}ipt>document.title='owned'</scr\u{0}ipt>\u{1b}[31m\u{8}<\u{b}img src=PLACE/control>",
    "{{constructor.constructor('document.title=1')()}} ${document.title='owned'} <x style=\"background:url(PLACE/attr)\" onclick=a>",
];

/// One line of JSON Lines a payload, with it in the id, in the Subject, and within and beside what will be marked.
pub(crate) fn hostile_lines(place: &str) -> String {
    let line = |payload: &&str| {
        let payload = payload.replace("PLACE", place);
        let text = format!(
            "{payload}\n\nInside this envelope you will find {payload} labels, they are our gift to you {payload}.\n\
             After all we have done for you, {payload}, the least you could do is send $20 {payload}.\n"
        );
        serde_json::json!({"id": payload, "subject": format!("Our gift {payload}"), "text": text}).to_string() + "\n"
    };
    PAYLOADS.iter().map(line).collect()
}

/// The page on JSON Lines.
pub(crate) fn page_of(lines: &str, more: &[&str]) -> String {
    let mut command = crate::beholden();
    command.args(["scan", "--input", "jsonl", "--format", "html"]).args(more);
    let output = run(&mut command, lines);
    String::from_utf8(output).unwrap()
}

fn run(command: &mut Command, input: &str) -> Vec<u8> {
    use std::io::Write as _;
    let mut child = command
        .current_dir(root())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let feeder = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    let _ = feeder.join();
    output.stdout
}

/// Every start tag with its attributes.
fn tags(page: &str) -> Vec<(String, Vec<(String, String)>)> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Tokenizer::new(page)
        .filter_map(|token| match token {
            Ok(Token::StartTag(tag)) => {
                let attributes = tag.attributes.iter().map(|(name, value)| (text(name), text(value))).collect();
                Some((text(&tag.name), attributes))
            }
            _ => None,
        })
        .collect()
}

/// What is in the page that a page which only shows can do without.
fn intruders(page: &str) -> Vec<String> {
    const TAGS: [&str; 43] = [
        "html", "head", "meta", "title", "body", "header", "nav", "main", "section", "article", "footer", "div", "span", "h1",
        "h2", "h3", "h4", "h5", "p", "a", "ul", "ol", "li", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
        "fieldset", "legend", "label", "input", "mark", "bdi", "q", "cite", "code", "strong", "svg", "rect",
    ];
    const ATTRIBUTES: [&str; 20] = [
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "id",
        "href",
        "type",
        "checked",
        "scope",
        "aria-label",
        "aria-labelledby",
        "aria-hidden",
        "focusable",
        "dir",
        "viewbox",
        "preserveaspectratio",
        "width",
        "height",
    ];
    let mut found = Vec::new();
    for (tag, attributes) in tags(page) {
        if !TAGS.contains(&tag.as_str()) {
            found.push(tag.clone());
        }
        for (name, value) in attributes {
            if !ATTRIBUTES.contains(&name.to_lowercase().as_str())
                || (name == "href" && !value.starts_with('#'))
                || value.contains("://")
            {
                found.push(format!("{tag} {name}={value}"));
            }
        }
    }
    found
}

#[test]
fn a_hostile_message_stays_words() {
    let lines = hostile_lines("http://127.0.0.1:9");
    for more in [&[][..], &["--no-text"]] {
        let page = page_of(&lines, more);
        assert_eq!(intruders(&page), ["style"], "the page's own style and nothing else");
        let tags = tags(&page);
        assert_eq!(tags.iter().filter(|t| t.0 == "article").count(), PAYLOADS.len(), "every payload is shown");
        assert!(!page.contains(['\0', '\u{1b}', '\u{8}', '\u{202e}', '\u{2066}', '\u{200f}']));
    }
    let page = page_of(&lines, &[]);
    assert!(page.matches("&lt;script&gt;fetch('http://127.0.0.1:9/script');").count() >= 5, "the payload is shown as it stands");
    assert!(page.contains("<span class=\"steers\">U+202E</span>&lt;script&gt;"));
}

#[test]
fn the_check_sees_what_gets_through() {
    for payload in PAYLOADS.iter().filter(|p| !p.starts_with(['&', '\u{202e}', '{'])) {
        assert!(!intruders(&format!("<p>{payload}</p>")).is_empty() || payload.contains("<scr\u{0}ipt"), "{payload}");
    }
    assert_eq!(intruders("<p><a href=\"#m1\">x</a><rect style=a></p>"), ["rect style=a"]);
}

#[test]
fn every_link_leads_to_one_place_within() {
    let lines = std::fs::read_to_string(root().join("corpus/measure.jsonl")).unwrap();
    let page = page_of(&lines.lines().take(60).collect::<Vec<_>>().join("\n"), &[]);
    let tags = tags(&page);
    let values =
        |wanted: &str| -> Vec<String> { tags.iter().flat_map(|t| &t.1).filter(|a| a.0 == wanted).map(|a| a.1.clone()).collect() };
    let ids = values("id");
    let once: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    assert_eq!(once.len(), ids.len(), "an id stands twice");
    let links = values("href");
    assert!(links.len() > 100);
    for link in links.iter().map(|l| l.trim_start_matches('#')).chain(values("aria-labelledby").iter().map(String::as_str)) {
        assert!(once.contains(link), "{link} leads nowhere");
    }
    for tactic in ["gift_then_request", "disclosure"] {
        assert!(once.contains(format!("tactic-{tactic}").as_str()));
    }
}

#[test]
fn the_words_of_a_message_are_read_aloud_in_their_language() {
    let french = "Bonjour \u{e0} tous, la r\u{e9}union du comit\u{e9} aura lieu mardi prochain \u{e0} neuf heures dans la grande salle de la mairie. \
                  Merci de confirmer votre pr\u{e9}sence avant vendredi soir, afin que nous puissions pr\u{e9}parer les documents n\u{e9}cessaires.";
    let page = page_of(&serde_json::json!({"text": french}).to_string(), &[]);
    assert!(page.contains("<p class=\"words\" lang=\"fr\" dir=\"auto\">Bonjour"), "{page}");
}

/// The colours of the page, in light and in dark.
fn colours() -> [std::collections::BTreeMap<String, [f64; 3]>; 2] {
    let style = std::fs::read_to_string(root().join("src/cli/html/style.css")).unwrap();
    let (light, rest) = style.split_once("@media").unwrap();
    let mut colours = std::collections::BTreeMap::new();
    [light, rest.split_once("* {").unwrap().0].map(|part| {
        for declaration in part.split(['{', ';']) {
            if let Some((name, value)) = declaration.trim().split_once(": #") {
                let channel = |i: usize| f64::from(u8::from_str_radix(&value[i..i + 2], 16).unwrap()) / 255.0;
                colours.insert(name.trim_start_matches("--").to_owned(), [channel(0), channel(2), channel(4)]);
            }
        }
        colours.clone()
    })
}

/// The ratio of contrast as WCAG 2 defines it.
fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let linear = |c: f64| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
    let luminance = |c: [f64; 3]| 0.2126 * linear(c[0]) + 0.7152 * linear(c[1]) + 0.0722 * linear(c[2]);
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    a.max(b) / a.min(b)
}

#[test]
fn colours_contrast_as_much_as_wcag_asks() {
    assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 1e-9);
    for colours in colours() {
        let holds = |front: &str, back: &str, least: f64| {
            let ratio = contrast(colours[front], colours[back]);
            assert!(ratio >= least, "{front} on {back}: {ratio:.2}");
        };
        for text in ["ink", "quiet", "link", "none", "goodwill", "appeal", "pressure"] {
            holds(text, "page", 4.5);
            holds(text, "card", 4.5);
        }
        for role in ["gift", "request", "obligation", "disclaimer"] {
            holds("ink", role, 4.5);
            holds(&format!("{role}-line"), "card", 4.5);
            // The line below a mark, which is no text.
            holds(&format!("{role}-line"), role, 3.0);
        }
        for bar in ["none", "goodwill", "appeal", "pressure", "link"] {
            holds(bar, "track", 3.0);
        }
    }
}

#[test]
fn headings_descend_one_step_at_a_time() {
    let page = page_of(&hostile_lines("x"), &[]);
    let mut last = 0;
    for (tag, _) in tags(&page) {
        if let Some(level) = tag.strip_prefix('h').and_then(|n| n.parse::<u32>().ok()) {
            assert!(level <= last + 1, "{tag} after h{last}");
            last = level;
        }
    }
    assert!(last > 0);
}

#[test]
fn without_text_no_word_of_a_message_is_told() {
    let line = r#"{"id":"quince","subject":"Marmalade for you","text":"After all the marmalade we gave you, the least you could do is send $20."}"#;
    let told = page_of(line, &[]);
    assert!(told.contains("armalade"));
    let page = page_of(line, &["--no-text"]);
    assert!(!page.contains("armalade") && !page.contains("$20"), "{page}");
    assert!(page.contains("quince") && page.contains("Message text is left out (--no-text)."));
}

#[test]
fn what_cannot_be_read_is_told() {
    let page = page_of("{\"id\":\"<b>\",\"tex\":1}\n{\"text\":\"The meeting is at nine.\"}\n", &[]);
    assert!(page.contains("<ul class=\"failures\"><li><bdi>-:1</bdi> (id <bdi>&lt;b&gt;</bdi>): "), "{page}");
    let page = page_of("{\"text\":\"The meeting is at nine.\"}\n{\"tex\":1}\n", &[]);
    assert!(page.contains("<ul class=\"failures\"><li><bdi>-:2</bdi>: "), "{page}");
}

#[test]
fn with_only_the_rest_is_counted() {
    let page = page_of(
        "{\"id\":\"quince\",\"text\":\"The meeting is at nine.\"}\n{\"id\":\"medlar\",\"text\":\"Take the survey and get a $5 gift card.\"}\n\
         {\"id\":\"sloe\",\"text\":\"After all we have done for you, the least you could do is send $20.\"}\n",
        &["--only", "pressure"],
    );
    assert!(page.contains("sloe") && !page.contains("quince") && !page.contains("medlar"));
    assert!(page.contains("is listed (--only); the charts above count all 3 messages."));
    // By level and by tactic alike.
    for name in [
        "level none\">none</span>",
        "level appeal\">appeal</span>",
        "#tactic-exchange\">Exchange</a>",
        "#tactic-guilt\">Guilt</a>",
    ] {
        let row = page.split(&format!("{name}</th>")).nth(1).unwrap_or_else(|| panic!("no row of {name}"));
        assert!(row.split("</tr>").next().unwrap().contains("<span class=\"number\">1</span>"), "{row}");
    }
}
