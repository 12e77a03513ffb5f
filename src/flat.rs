//! Arrays of numbers that are written as bytes, so that a compiled lexicon is used where it stands, without a copy.

use std::borrow::Cow;
use std::ops::Deref;

use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zerocopy::{FromBytes, Immutable};

/// A number of fixed width.
pub(crate) trait Fixed: FromBytes + Immutable + Copy + 'static {
    /// Its width in bytes.
    const WIDTH: usize;
    fn write(self, out: &mut Vec<u8>);
    fn read(bytes: &[u8]) -> Self;
}

macro_rules! fixed {
    ($($number:ty),*) => {$(
        impl Fixed for $number {
            const WIDTH: usize = size_of::<$number>();
            fn write(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
            fn read(bytes: &[u8]) -> Self {
                bytes.try_into().map_or(0, <$number>::from_le_bytes)
            }
        }
    )*};
}

fixed!(u16, u32, u64);

/// An array of numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flat<T: Clone + 'static>(Cow<'static, [T]>);

impl<T: Clone> Flat<T> {
    /// The numbers while they are put together.
    pub fn to_mut(&mut self) -> &mut Vec<T> {
        self.0.to_mut()
    }
}

impl<T: Clone> From<Vec<T>> for Flat<T> {
    fn from(numbers: Vec<T>) -> Self {
        Self(Cow::Owned(numbers))
    }
}

impl<T: Clone> Default for Flat<T> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<T: Clone> Deref for Flat<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Fixed> Serialize for Flat<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut bytes = Vec::with_capacity(self.len() * T::WIDTH);
        for number in self.iter() {
            number.write(&mut bytes);
        }
        serializer.serialize_bytes(&bytes)
    }
}

/// What the bytes say, without a copy where they lie as numbers of this processor do.
fn numbers<T: Fixed>(bytes: &'static [u8]) -> Cow<'static, [T]> {
    match <[T]>::ref_from_bytes(bytes) {
        Ok(numbers) if cfg!(target_endian = "little") => Cow::Borrowed(numbers),
        _ => Cow::Owned(bytes.chunks_exact(T::WIDTH).map(T::read).collect()),
    }
}

// The bytes last as long as the process: those that the build script wrote are part of the program.
impl<'de: 'static, T: Fixed> Deserialize<'de> for Flat<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes<T>(std::marker::PhantomData<T>);
        impl<'de: 'static, T: Fixed> Visitor<'de> for Bytes<T> {
            type Value = Flat<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "numbers of {} bytes", T::WIDTH)
            }

            fn visit_borrowed_bytes<E: serde::de::Error>(self, bytes: &'de [u8]) -> Result<Flat<T>, E> {
                if !bytes.len().is_multiple_of(T::WIDTH) {
                    return Err(E::custom("a number is cut off"));
                }
                Ok(Flat(numbers(bytes)))
            }

            fn visit_bytes<E: serde::de::Error>(self, _: &[u8]) -> Result<Flat<T>, E> {
                Err(E::custom("bytes that do not last"))
            }
        }
        deserializer.deserialize_bytes(Bytes(std::marker::PhantomData)).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aligned::{Aligned, read, write};

    #[test]
    fn numbers_are_used_where_they_stand_if_they_stand_right() {
        let written = Flat::from((1..100u64).map(|n| n * 0x0123_4567_89ab).collect::<Vec<_>>());
        let bytes = write(&("ab", &written)).unwrap();
        for shift in 0..8 {
            let mut place = Aligned([0; 1_000]);
            place.0[shift..shift + bytes.len()].copy_from_slice(&bytes);
            let place: &'static Aligned<[u8; 1_000]> = Box::leak(Box::new(place));
            let (before, read): (String, Flat<u64>) = read(&place.0[shift..]).unwrap();
            assert_eq!((before.as_str(), &read), ("ab", &written));
            let stands_right = shift.is_multiple_of(align_of::<u64>());
            assert_eq!(matches!(read.0, Cow::Borrowed(_)), stands_right && cfg!(target_endian = "little"));
        }
    }
}
