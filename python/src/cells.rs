//! Messages as they come from Python, each in a form that can be read without the interpreter's lock.

use arrow_array::cast::AsArray as _;
use arrow_array::{Array, ArrayRef, make_array};
use arrow_data::ArrayData;
use arrow_pyarrow::FromPyArrow as _;
use arrow_schema::DataType;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyByteArray, PyBytes, PyString};

/// One value that is to be read.
pub enum Cell<'a> {
    /// None, or Arrow's null.
    Null,
    Text(&'a str),
    Bytes(&'a [u8]),
    /// What it is instead.
    Bad(&'a str),
}

/// A value of a list.
pub enum Item {
    Null,
    Text(PyBackedStr),
    Bytes(PyBackedBytes),
    Bad(String),
}

impl Item {
    /// Takes hold of a Python value.
    pub fn new(value: &Bound<'_, PyAny>) -> Self {
        if value.is_none() {
            return Item::Null;
        }
        let held = if value.is_instance_of::<PyString>() {
            value.extract().map(Item::Text)
        } else if value.is_instance_of::<PyBytes>() || value.is_instance_of::<PyByteArray>() {
            value.extract().map(Item::Bytes).map_err(Into::into)
        } else {
            let name = value.get_type().name().map_or_else(|_| "another type".to_owned(), |n| n.to_string());
            return Item::Bad(format!("is {name}, neither str nor bytes"));
        };
        // A string with half a surrogate pair has no UTF-8.
        held.unwrap_or_else(|e: PyErr| Item::Bad(format!("can't be read: {}", e.value(value.py()))))
    }

    /// The value without the interpreter's lock.
    pub fn cell(&self) -> Cell<'_> {
        match self {
            Item::Null => Cell::Null,
            Item::Text(text) => Cell::Text(text),
            Item::Bytes(bytes) => Cell::Bytes(bytes),
            Item::Bad(what) => Cell::Bad(what),
        }
    }
}

/// An Arrow array of strings or bytes.
pub struct Column {
    array: ArrayRef,
    strings: bool,
}

impl Column {
    /// Takes hold of an Arrow array; `name` is used in error messages.
    pub fn new(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let given = DataType::from_pyarrow_bound(&value.getattr("type")?)?;
        let bytes = match given {
            DataType::Utf8 => Some("binary"),
            DataType::LargeUtf8 => Some("large_binary"),
            DataType::Utf8View => Some("binary_view"),
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::Null => None,
            other => {
                return Err(PyTypeError::new_err(format!("{name}: an Arrow array of {other}, neither strings nor bytes")));
            }
        };
        // Nobody has checked that strings from elsewhere are UTF-8, and one that is not must not cost the others their report.
        let array = match bytes {
            Some(bytes) => value.call_method1("cast", (bytes,))?,
            None => value.clone(),
        };
        let array = make_array(ArrayData::from_pyarrow_bound(&array)?);
        Ok(Self { array, strings: bytes.is_some() })
    }

    pub fn len(&self) -> usize {
        self.array.len()
    }

    /// A row's value.
    pub fn cell(&self, row: usize) -> Cell<'_> {
        let bytes = match self.array.data_type() {
            _ if self.array.is_null(row) => return Cell::Null,
            DataType::Binary => self.array.as_binary::<i32>().value(row),
            DataType::LargeBinary => self.array.as_binary::<i64>().value(row),
            DataType::BinaryView => self.array.as_binary_view().value(row),
            _ => return Cell::Null,
        };
        if !self.strings {
            return Cell::Bytes(bytes);
        }
        std::str::from_utf8(bytes).map_or(Cell::Bad("is no UTF-8"), Cell::Text)
    }
}
