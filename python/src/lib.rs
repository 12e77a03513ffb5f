//! The Python module of `beholden`: it takes Python's values apart, calls the library, and puts reports together as Python's
//! or Arrow's values. What a message means is decided in the library alone.

mod config;
mod cells;
mod rows;
mod batch;
mod engine;

use pyo3::prelude::*;

/// What `beholden/__init__.py` makes public.
#[pymodule]
fn _beholden(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<engine::Engine>()?;
    module.add_function(wrap_pyfunction!(rows::arrow_schema, module)?)
}
