use std::collections::BTreeSet;

#[cfg(feature = "mock-gateway")]
use super::MockOptions;
use super::{
    ActivationOptions, CallOptions, ConsoleOptions, ConversionOptions, ExplainOptions, Field,
    GenerationOptions, InspectionOptions, KeptTokenOptions, KeyAdditionOptions, MadeProofOptions,
    NextKeyOptions, RetirementOptions, SigningInputOptions, SourceOptions, TokenOptions,
    TokenOutputOptions, TokenPlaceOptions,
};

/// The names of all options, in order: what a configuration file may hold.
pub(crate) fn option_names() -> BTreeSet<&'static str> {
    let mut names = BTreeSet::new();
    let tables: &[fn(&'static str, &mut BTreeSet<&'static str>)] = &[
        ActivationOptions::add_names,
        CallOptions::add_names,
        ConsoleOptions::add_names,
        ConversionOptions::add_names,
        ExplainOptions::add_names,
        GenerationOptions::add_names,
        InspectionOptions::add_names,
        KeptTokenOptions::add_names,
        KeyAdditionOptions::add_names,
        #[cfg(feature = "mock-gateway")]
        MockOptions::add_names,
        MadeProofOptions::add_names,
        NextKeyOptions::add_names,
        RetirementOptions::add_names,
        SigningInputOptions::add_names,
        SourceOptions::add_names,
        TokenOptions::add_names,
        TokenOutputOptions::add_names,
        TokenPlaceOptions::add_names,
    ];
    for add_names in tables {
        add_names("", &mut names);
    }
    names
}
