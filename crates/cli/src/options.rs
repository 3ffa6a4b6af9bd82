//! What the commands are asked for: a struct for each concern, read once from the
//! settings. Each value has its type, and its origin goes with it.
//!
//! An option is declared once, as a row of its struct (`table.rs`), and nothing outside this
//! module looks one up by its name.

mod assertion;
mod cache;
mod call;
mod configuration;
mod effective;
mod examination;
mod field;
mod gateway;
mod gateway_files;
mod help;
mod inspection;
mod jwk_set;
mod key;
mod key_file;
#[cfg(feature = "mock-gateway")]
mod mock;
mod option_names;
mod passphrase;
mod program;
mod report;
mod request;
mod rotation;
mod table;
mod token;
mod token_output;
mod value;

pub(crate) use self::assertion::{
    AssertionOptions, AttachmentOptions, ClientOptions, SigningInputOptions,
};
pub(crate) use self::cache::{CacheOptions, KeptTokenOptions};
pub(crate) use self::call::{Access, CallOptions, Data, HeaderOptions, LimitOptions};
pub(crate) use self::configuration::{CheckedFile, ProfileOptions};
pub(crate) use self::effective::Effective;
pub(crate) use self::examination::{
    ConfigurationState, ExaminationOptions, ExaminedApiOptions, RegisteredSetOptions,
};
pub(crate) use self::field::positional;
pub(crate) use self::gateway::{GatewayChoice, GatewayOptions, resolved};
pub(crate) use self::gateway_files::{GatewayAction, GatewayFileOptions};
pub(crate) use self::help::{KEY, of_option as help_of};
pub(crate) use self::inspection::{InspectionOptions, MadeProofOptions};
pub(crate) use self::jwk_set::{
    KeyAdditionOptions, KeyRemovalOptions, PublicationOptions, SetCheckOptions,
    SetComparisonOptions, SetListOptions, SetMergeOptions, SetViewOptions,
};
pub(crate) use self::key::{KeyFileOptions, KeyOptions, PinOptions};
pub(crate) use self::key_file::{
    ConversionOptions, GenerationOptions, JwkOptions, KeyViewOptions, PrivateFormOptions,
    PrivateFormat,
};
#[cfg(feature = "mock-gateway")]
pub(crate) use self::mock::{MockOptions, NonceRule};
pub(crate) use self::option_names::option_names;
pub(crate) use self::passphrase::{NewPassphraseOptions, PassphraseOptions};
pub(crate) use self::program::{ProgramOptions, TokenPlaceOptions};
pub(crate) use self::report::{
    ConsoleOptions, ExplainOptions, FactFormat, FactOptions, ReportOptions, SourceOptions,
};
pub(crate) use self::request::{BindingOptions, ConnectionOptions, RequestOptions};
pub(crate) use self::rotation::{
    ActivationOptions, NextKeyOptions, RetirementOptions, RotationOptions, RotationStatusOptions,
};
pub(crate) use self::table::{Field, Row};
use self::table::{options, read_field};
pub(crate) use self::token::TokenOptions;
pub(crate) use self::token_output::TokenOutputOptions;
pub(crate) use self::value::{Named, Value, named, names};
use self::value::{number, seconds};
