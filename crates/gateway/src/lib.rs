#![doc = include_str!("../README.md")]

mod api;
mod assertion_plan;
mod assertion_rules;
mod audience;
mod builtin;
mod endpoint;
mod environment;
mod error;
mod gateway;
mod key_rules;
mod nearest;
pub mod nhs_number;
mod note;
mod problem;
mod reader;
mod request_rules;
mod response_rules;
mod template;
mod variable;

#[doc = include_str!("../FORMAT.md")]
pub mod format {}

pub use api::{ApiRules, HeaderRole};
pub use assertion_plan::AssertionPlan;
pub use assertion_rules::{AssertionRules, OptionalClaim};
pub use audience::AudienceRule;
pub use endpoint::{Endpoint, EndpointBuilder};
pub use environment::Environment;
pub use error::Error;
pub use gateway::Gateway;
pub use key_rules::{KeyIdScheme, KeyRules};
pub use note::{Note, Topic};
pub use problem::Problem;
pub use request_rules::{Grant, RequestRules, ScopeRule};
pub use response_rules::{ExpiresIn, IssuedAt, ResponseRules};
pub use template::Template;
pub use variable::Variable;
