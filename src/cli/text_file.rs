//! Files that people write, which are UTF-8.

use crate::Error;

/// The text of a file.
///
/// # Errors
/// It isn't UTF-8; the error names the file, and the line where it stops to be text.
pub(crate) fn decode(bytes: Vec<u8>, name: &str) -> Result<String, Error> {
    String::from_utf8(bytes).map_err(|e| {
        let (before, from) = e.as_bytes().split_at(e.utf8_error().valid_up_to());
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        let byte = from.first().copied().unwrap_or_default();
        Error::at(name, Some(line), format!("the byte 0x{byte:02x} is no UTF-8; save the file in that encoding"))
    })
}
