//! The data that ships inside the binary. A test holds this table against the directory listing.

macro_rules! lexicons {
    ($($name:literal),* $(,)?) => {
        /// Name and text of each embedded lexicon file.
        pub(crate) const LEXICONS: &[(&str, &str)] =
            &[$((concat!("lexicons/en/", $name, ".toml"), include_str!(concat!("../lexicons/en/", $name, ".toml")))),*];
    };
}

lexicons!["classes", "forms"];

/// The weights of the two scores.
pub(crate) const WEIGHTS: &str = include_str!("../lexicons/weights.json");
