//! Bytes to text: the declared charset where it is known and fits, UTF-8 where it is that, a guess otherwise.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use mail_parser::decoders::charsets::map::charset_decoder;

/// How many bytes a guess looks at, from the first one beyond ASCII.
const SAMPLE: usize = 8 << 10;

/// How far into an HTML part a `<meta charset>` counts, as in the HTML standard's prescan.
const PRESCAN: usize = 1024;

/// Decoded text; `guessed` names the charset that nobody declared.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub text: String,
    pub guessed: Option<&'static str>,
}

/// Decodes by the declared charset. Nothing else changes: a byte order mark of UTF-8 and every CR stay.
pub(crate) fn decode(bytes: Vec<u8>, declared: Option<&str>) -> Decoded {
    let label = declared.map(|d| d.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')).to_ascii_lowercase());
    let label = label.as_deref().filter(|l| !l.is_empty());
    let plain = label.is_none_or(|l| !is_stateful(l));
    let bytes = match String::from_utf8(bytes) {
        // UTF-8 that is no ASCII is hardly ever anything else by chance, but a declared charset may say so.
        Ok(text) if plain && (text.is_ascii() || label.is_none_or(is_unicode) || label.is_some_and(|l| decoder(l).is_none())) => {
            return Decoded { text, guessed: None };
        }
        Ok(text) => text.into_bytes(),
        Err(error) => {
            let bytes = error.into_bytes();
            if label.is_none_or(|l| is_unicode(l) || decoder(l).is_none()) && is_damaged_utf8(&bytes) {
                return Decoded { text: String::from_utf8_lossy(&bytes).into_owned(), guessed: None };
            }
            bytes
        }
    };
    match label.filter(|l| !is_unicode(l)).and_then(decoder) {
        Some(decode) => Decoded { text: decode(&bytes), guessed: None },
        None => guess(&bytes),
    }
}

/// Whether bytes are UTF-8 but for a few lost on the way, or for a character that was cut off at the end. Text in
/// another charset has hardly a sound sequence.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut sound, mut broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().bytes().filter(|b| *b >= 0xc0).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    let cut_off = std::str::from_utf8(bytes).is_err_and(|e| e.error_len().is_none());
    broken * 2 <= sound || cut_off && sound > 0
}

/// Decodes bytes of which nothing is known.
fn guess(bytes: &[u8]) -> Decoded {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        // Of UTF-8 the mark is part of the text; UTF-16's tells the order of the bytes and is used up.
        let start = if encoding == encoding_rs::UTF_8 { 0 } else { mark };
        let text = encoding.decode_without_bom_handling(&bytes[start..]).0.into_owned();
        return Decoded { text, guessed: (encoding != encoding_rs::UTF_8).then(|| encoding.name()) };
    }
    // What stands before the first letter tells whether it begins a word.
    let from = bytes.iter().position(|b| !b.is_ascii() || *b == ESCAPE).unwrap_or(0).saturating_sub(16);
    let sample = &bytes[from..bytes.len().min(from + SAMPLE)];
    let encoding = detect(sample, from + SAMPLE >= bytes.len());
    Decoded { text: encoding.decode_without_bom_handling(bytes).0.into_owned(), guessed: Some(encoding.name()) }
}

/// What begins an escape sequence of ISO-2022-JP.
const ESCAPE: u8 = 0x1b;

/// The likeliest encoding of a sample that ends the text or not.
fn detect(sample: &[u8], is_end: bool) -> &'static encoding_rs::Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    if sample.is_ascii() || sample.contains(&ESCAPE) {
        detector.feed(sample, is_end);
    } else {
        // Lines of ASCII alone count for nothing where nothing is escaped, and take as long as others; markup has many of them.
        sample.split_inclusive(|b| *b == b'\n').filter(|line| !line.is_ascii()).for_each(|line| {
            detector.feed(line, false);
        });
        detector.feed(b"", is_end);
    }
    detector.guess(None, Utf8Detection::Allow)
}

/// Text of bytes that are UTF-8 but for mistakes. For what is no mistake this is faster than the standard library's way.
pub(crate) fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// The charset that an HTML part names for itself.
pub(crate) fn declared_in_html(bytes: &[u8]) -> Option<String> {
    let head = bytes[..bytes.len().min(PRESCAN)].to_ascii_lowercase();
    let at = memchr::memmem::find(&head, b"charset=")? + 8;
    let rest = head[at..].strip_prefix(b"\"").or(head[at..].strip_prefix(b"'")).unwrap_or(&head[at..]);
    let name: Vec<u8> = rest.iter().copied().take_while(|b| b.is_ascii_alphanumeric() || b"-_:.".contains(b)).collect();
    // Markup that could be read this far is in no charset of wide characters, whatever it says.
    String::from_utf8(name).ok().filter(|n| !n.is_empty() && !n.starts_with("utf-16"))
}

fn decoder(label: &str) -> Option<fn(&[u8]) -> String> {
    charset_decoder(label.as_bytes())
}

/// UTF-8, or ASCII, which is a part of it and often said of what is not.
fn is_unicode(label: &str) -> bool {
    matches!(label, "utf-8" | "utf8" | "us-ascii" | "ascii" | "unicode-1-1-utf-8" | "x-unicode20utf8")
}

/// Charsets in which ASCII bytes can mean something else.
fn is_stateful(label: &str) -> bool {
    let label = label.strip_prefix("cs").unwrap_or(label);
    ["utf-7", "utf7", "utf-16", "utf16", "ucs-2", "iso-2022", "iso2022", "hz-gb", "unicode-1-1-utf-7", "unicode"]
        .iter()
        .any(|s| label.starts_with(s))
        && !is_unicode(label)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Lines in one of many charsets, or in none.
    fn lines() -> impl Strategy<Value = Vec<u8>> {
        let encodings = [
            encoding_rs::WINDOWS_1251,
            encoding_rs::WINDOWS_1252,
            encoding_rs::WINDOWS_1250,
            encoding_rs::WINDOWS_1253,
            encoding_rs::WINDOWS_1255,
            encoding_rs::WINDOWS_1256,
            encoding_rs::WINDOWS_874,
            encoding_rs::KOI8_U,
            encoding_rs::IBM866,
            encoding_rs::GBK,
            encoding_rs::BIG5,
            encoding_rs::SHIFT_JIS,
            encoding_rs::EUC_JP,
            encoding_rs::EUC_KR,
            encoding_rs::UTF_8,
        ];
        let words = "([A-Za-z]{0,9}|[0-9]{1,3}|[Nn]\\.?º|Mª|©|[а-яА-Я]{1,9}|[α-ωΑ-Ω]{1,9}|[à-ÿÀ-Ý]|[a-zéüœß]{1,8}|[ąćęłńóśźż]{1,6}|[א-ת]{1,8}|[؀-ۿ]{1,8}|[ก-๙]{1,8}|[一-鿯]{1,6}|[ぁ-ヶ]{1,6}|[가-힣]{1,6}|[ｱ-ﾝ]{1,3}|[.,:;!?<>/=\u{a0}\"'’“”…–])";
        let line = proptest::collection::vec(words, 0..8).prop_map(|words| words.join(" "));
        let ascii = "[ -~\t\u{1b}\r]{0,40}".prop_map(String::from);
        let lines = proptest::collection::vec((prop_oneof![line, ascii], "(\n|\r\n| |\n\n)?"), 1..8);
        let bytes = (0..encodings.len(), lines).prop_map(move |(i, lines)| {
            lines
                .iter()
                .flat_map(|(line, end)| [encodings[i].encode(line).0.into_owned(), end.as_bytes().to_vec()].concat())
                .collect()
        });
        let noise = proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'a'), any::<u8>()], 0..40);
        prop_oneof![8 => bytes, 1 => noise]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 20_000, ..ProptestConfig::default() })]

        #[test]
        fn lines_of_ascii_count_for_nothing(sample in lines(), is_end: bool) {
            prop_assert_eq!(detect(&sample, is_end), detect_by_all(&sample, is_end));
        }
    }

    fn detect_by_all(sample: &[u8], is_end: bool) -> &'static encoding_rs::Encoding {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
        detector.feed(sample, is_end);
        detector.guess(None, Utf8Detection::Allow)
    }

    #[test]
    fn after_an_escape_all_lines_count() {
        for sample in [
            b"\x1b(B\r\r\n edacdec f \r\nNaad.fc. cNcfdbceNad1N.N.N\xba\n\n".as_slice(),
            b"a\n\x1b$B\reecNbfbad1f  d\ne11\xba\x96",
        ] {
            assert_eq!(detect(sample, true), detect_by_all(sample, true));
        }
    }

    fn text(bytes: &[u8], declared: Option<&str>) -> (String, Option<&'static str>) {
        let decoded = decode(bytes.to_vec(), declared);
        (decoded.text, decoded.guessed)
    }

    #[test]
    fn declared_charsets_are_taken_at_their_word() {
        assert_eq!(text(b"m\xfcsli", Some("ISO-8859-1")), ("müsli".to_owned(), None));
        assert_eq!(text(b"\xf0\xd2\xc9\xd7\xc5\xd4", Some("koi8-r")), ("Привет".to_owned(), None));
        assert_eq!(text(b"+ZYeB9FH6ckh5Pg-, 1980.", Some("utf-7")), ("文致出版社, 1980.".to_owned(), None));
        assert_eq!(text(b"\x1b$B$3$s\x1b(B", Some("iso-2022-jp")), ("こん".to_owned(), None));
        assert_eq!(text("\u{feff}a\r\nb".as_bytes(), Some("utf-8")), ("\u{feff}a\r\nb".to_owned(), None));
    }

    #[test]
    fn what_nobody_declared_is_guessed() {
        let letter = "Здравствуйте, дорогие друзья! Спасибо вам за вашу помощь, мы очень рады.";
        let russian = encoding_rs::WINDOWS_1251.encode(letter).0.into_owned();
        assert_eq!(text(&russian, None), (letter.to_owned(), Some("windows-1251")));
        assert_eq!(text(&russian, Some("x-unknown")).1, Some("windows-1251"));
        assert_eq!(text(b"caf\xe9 au lait", Some("utf-8")), ("café au lait".to_owned(), Some("windows-1252")));
        assert_eq!(text(b"\xff\xfea\0b\0", None), ("ab".to_owned(), Some("UTF-16LE")));
        assert_eq!(
            text("ein m\u{fc}der Gru\u{df}".as_bytes()[..15].as_ref(), Some("utf-8")),
            ("ein m\u{fc}der Gru\u{fffd}".to_owned(), None)
        );
        assert_eq!(text(b"\xc3\xa9t\xc3\xa9 \xff na\xc3\xafve", None), ("\u{e9}t\u{e9} \u{fffd} na\u{ef}ve".to_owned(), None));
        assert_eq!(text("café".as_bytes(), None), ("café".to_owned(), None));
        assert_eq!(text(b"plain", Some("no-such-charset")), ("plain".to_owned(), None));
    }

    #[test]
    fn html_names_its_charset() {
        assert_eq!(declared_in_html(b"<meta charset=\"KOI8-R\">").as_deref(), Some("koi8-r"));
        assert_eq!(declared_in_html(b"<meta content='text/html; charset=iso-8859-2'>").as_deref(), Some("iso-8859-2"));
        assert_eq!(declared_in_html(b"<p>no</p>"), None);
    }
}
