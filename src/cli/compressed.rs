//! Gzip and Zstandard, told by their first bytes and read as streams. Both decoders are Rust, so no C compiler is needed.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// Bytes to read, decompressed.
pub(crate) type Source = BufReader<Box<dyn Read + Send>>;

/// How much is asked of a file or a decoder at a time.
const CHUNK: usize = 1 << 16;

/// Wraps raw bytes in the decoder that their beginning asks for. No text or mail begins with either magic number.
pub(crate) fn decompressed(mut raw: impl Read + Send + 'static) -> io::Result<Source> {
    let mut magic = Vec::with_capacity(4);
    // No more is waited for than tells: on a pipe the rest of a line may be long in coming.
    while magic.len() < 4 && (magic.is_empty() || matches!(magic[0], 0x1f | 0x28 | 0x50..=0x5f)) {
        let mut byte = [0; 4];
        match raw.read(&mut byte[magic.len()..]) {
            Ok(0) => break,
            Ok(read) => magic.extend_from_slice(&byte[magic.len()..][..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let (gzip, zstd) = (is_gzip(&magic), is_zstd(&magic));
    let whole = Cursor::new(magic).chain(raw);
    Ok(if gzip {
        buffered(MultiGzDecoder::new(BufReader::with_capacity(CHUNK, whole)))
    } else if zstd {
        let source = BufReader::with_capacity(CHUNK, whole);
        buffered(Zstd { source, decoder: FrameDecoder::new(), in_frame: false })
    } else {
        buffered(whole)
    })
}

fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1f\x8b\x08")
}

/// Skippable frames (RFC 8878 3.1.2) may come first.
fn is_zstd(bytes: &[u8]) -> bool {
    matches!(*bytes, [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// Bytes that were already read, as a source with what follows them.
pub(crate) fn rejoin(head: Vec<u8>, rest: Source) -> Source {
    buffered(Cursor::new(head).chain(rest))
}

fn buffered(bytes: impl Read + Send + 'static) -> Source {
    BufReader::with_capacity(CHUNK, Box::new(bytes))
}

/// Zstandard frames, one after the other. The decoder refuses windows of more than 128 MiB, which bounds its memory.
struct Zstd<R> {
    source: R,
    decoder: FrameDecoder,
    in_frame: bool,
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.in_frame && !self.next_frame()? {
                return Ok(0);
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                self.decoder.decode_blocks(&mut self.source, BlockDecodingStrategy::UptoBlocks(1)).map_err(io::Error::other)?;
            }
            if self.decoder.can_collect() > 0 {
                return self.decoder.read(buffer);
            }
            let stored = self.decoder.get_checksum_from_data();
            if stored.is_some() && stored != self.decoder.get_calculated_checksum() {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum of a zstd frame is wrong"));
            }
            self.in_frame = false;
        }
    }
}

impl<R: BufRead> Zstd<R> {
    fn next_frame(&mut self) -> io::Result<bool> {
        while !self.source.fill_buf()?.is_empty() {
            match self.decoder.init(&mut self.source) {
                Ok(()) => {
                    self.in_frame = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    io::copy(&mut self.source.by_ref().take(length.into()), &mut io::sink())?;
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        Ok(false)
    }
}

/// Reads a file, decompressed, up to a limit, and says whether more was left. `size` is how long the file is thought to be.
pub(crate) fn read_file(path: &Path, size: usize, limit: usize) -> io::Result<(Vec<u8>, bool)> {
    let file = File::open(path)?;
    // One byte more, so that the end is met without asking for memory.
    let mut bytes = Vec::with_capacity(size.min(limit) + 1);
    (&file).take(limit as u64 + 1).read_to_end(&mut bytes)?;
    if is_gzip(&bytes) || is_zstd(&bytes) {
        return read_bounded(&mut decompressed(Cursor::new(bytes).chain(file))?, limit);
    }
    let more = bytes.len() > limit;
    bytes.truncate(limit);
    Ok((bytes, more))
}

/// Reads what there is up to a limit, and says whether more was left.
pub(crate) fn read_bounded(source: &mut dyn Read, limit: usize) -> io::Result<(Vec<u8>, bool)> {
    let mut bytes = Vec::new();
    source.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    let more = bytes.len() > limit;
    bytes.truncate(limit);
    Ok((bytes, more))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(text: &str) -> Vec<u8> {
        compress_to_vec(text.as_bytes(), CompressionLevel::Fastest)
    }

    fn read(bytes: Vec<u8>) -> io::Result<String> {
        let mut text = String::new();
        decompressed(Cursor::new(bytes))?.read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn members_and_frames_follow_each_other() {
        let long = "a gift for you, ".repeat(50_000);
        assert_eq!(read(b"plain".to_vec()).unwrap(), "plain");
        assert_eq!(read(Vec::new()).unwrap(), "");
        assert_eq!(read([gzip("one "), gzip(&long)].concat()).unwrap(), format!("one {long}"));
        let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"xyz"].concat();
        assert_eq!(read([skippable.clone(), zstd("one "), skippable, zstd(&long)].concat()).unwrap(), format!("one {long}"));
    }

    #[test]
    fn files_are_read_up_to_the_limit() {
        let folder = std::env::temp_dir().join(format!("beholden-read-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("file");
        for (content, size) in [(b"0123456789".to_vec(), 10), (b"0123456789".to_vec(), 3), (gzip("0123456789"), 99)] {
            std::fs::write(&path, content).unwrap();
            assert_eq!(read_file(&path, size, 10).unwrap(), (b"0123456789".to_vec(), false));
            assert_eq!(read_file(&path, size, 9).unwrap(), (b"012345678".to_vec(), true));
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_was_cut_or_changed_is_an_error() {
        for whole in [gzip(&"abc ".repeat(9_999)), zstd(&"abc ".repeat(9_999))] {
            assert!(read(whole[..whole.len() - 6].to_vec()).is_err());
            let mut changed = whole;
            let last = changed.len() - 2;
            changed[last] ^= 1;
            assert!(read(changed).is_err());
        }
    }
}
