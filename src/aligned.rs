//! Values as bytes, in which every long run of bytes begins where a line of the processor's cache does, so that numbers can be
//! used where they stand.

use postcard::{Deserializer, Error, de_flavors, ser_flavors};
use serde::{Deserialize, Serialize};

/// What runs begin at a multiple of. Shorter runs stand as they come.
const ALIGNMENT: usize = 64;

/// Puts what is read where runs that are aligned from its beginning are so in memory.
#[repr(align(64))]
pub(crate) struct Aligned<B: ?Sized>(pub B);

/// Bytes to leave free at this place before a run of so many.
fn padding(place: usize, run: usize) -> usize {
    if run < ALIGNMENT { 0 } else { place.next_multiple_of(ALIGNMENT) - place }
}

/// Writes a value.
#[allow(dead_code, reason = "the build script writes")]
pub(crate) fn write<T: Serialize>(value: &T) -> Result<Vec<u8>, Error> {
    postcard::serialize_with_flavor(value, Writer(Vec::new()))
}

/// Reads what [`write()`] wrote.
pub(crate) fn read<T: Deserialize<'static>>(bytes: &'static [u8]) -> Result<T, Error> {
    let reader = Reader { rest: de_flavors::Slice::new(bytes), place: 0 };
    T::deserialize(&mut Deserializer::from_flavor(reader))
}

/// What is written in one piece is read in one piece: values that are formatted as they are written have no place here.
struct Writer(Vec<u8>);

impl ser_flavors::Flavor for Writer {
    type Output = Vec<u8>;

    fn try_push(&mut self, byte: u8) -> Result<(), Error> {
        self.0.push(byte);
        Ok(())
    }

    fn try_extend(&mut self, run: &[u8]) -> Result<(), Error> {
        let place = self.0.len();
        self.0.resize(place + padding(place, run.len()), 0);
        self.0.extend_from_slice(run);
        Ok(())
    }

    fn finalize(self) -> Result<Vec<u8>, Error> {
        Ok(self.0)
    }
}

struct Reader<'de> {
    rest: de_flavors::Slice<'de>,
    place: usize,
}

impl<'de> de_flavors::Flavor<'de> for Reader<'de> {
    type Remainder = &'de [u8];
    type Source = &'de [u8];

    fn pop(&mut self) -> Result<u8, Error> {
        self.place += 1;
        self.rest.pop()
    }

    fn size_hint(&self) -> Option<usize> {
        self.rest.size_hint()
    }

    fn try_take_n(&mut self, run: usize) -> Result<&'de [u8], Error> {
        let padding = padding(self.place, run);
        self.rest.try_take_n(padding)?;
        self.place += padding + run;
        self.rest.try_take_n(run)
    }

    fn finalize(self) -> Result<&'de [u8], Error> {
        self.rest.finalize()
    }
}
