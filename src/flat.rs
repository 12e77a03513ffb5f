//! Arrays of numbers that are written as bytes, so that a compiled lexicon is read back with one copy.

use std::ops::Deref;

use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number of fixed width.
pub(crate) trait Fixed: Copy {
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
pub(crate) struct Flat<T>(pub Vec<T>);

impl<T> Default for Flat<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for Flat<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Fixed> Serialize for Flat<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut bytes = Vec::with_capacity(self.0.len() * T::WIDTH);
        for number in &self.0 {
            number.write(&mut bytes);
        }
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de, T: Fixed> Deserialize<'de> for Flat<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes<T>(std::marker::PhantomData<T>);
        impl<'de, T: Fixed> Visitor<'de> for Bytes<T> {
            type Value = Flat<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "numbers of {} bytes", T::WIDTH)
            }

            fn visit_borrowed_bytes<E: serde::de::Error>(self, bytes: &'de [u8]) -> Result<Flat<T>, E> {
                if !bytes.len().is_multiple_of(T::WIDTH) {
                    return Err(E::custom("a number is cut off"));
                }
                Ok(Flat(bytes.chunks_exact(T::WIDTH).map(T::read).collect()))
            }

            fn visit_bytes<E: serde::de::Error>(self, _: &[u8]) -> Result<Flat<T>, E> {
                Err(E::custom("bytes that do not last"))
            }
        }
        deserializer.deserialize_bytes(Bytes(std::marker::PhantomData)).map_err(D::Error::custom)
    }
}
