#![doc = include_str!("../README.md")]

mod answer_text;
mod api;
mod assertion_plan;
mod assertion_rules;
mod audience;
mod builtin;
mod condition;
#[cfg(feature = "diagnosis")]
pub mod diagnosis;
mod endpoint;
mod environment;
mod error;
mod evidence;
mod fact;
mod fact_sheet;
mod flow;
mod gateway;
mod gateway_summary;
mod issuer_rule;
mod key_rules;
#[cfg(feature = "diagnosis")]
mod known_sdk;
mod leeway;
#[cfg(feature = "diagnosis")]
mod lint;
mod nearest;
pub mod nhs_number;
mod note;
mod own_claim;
mod pattern;
mod placeholders;
mod problem;
mod rate_limit;
mod rate_limit_headers;
mod reader;
mod refusal;
mod remedy;
mod request_part;
mod request_rules;
mod response_rules;
mod rule;
mod server_rules;
mod subject_rule;
mod template;
mod text;
#[cfg(feature = "diagnosis")]
mod unverified_jwt;
mod variable;
mod variable_use;
#[cfg(feature = "diagnosis")]
mod verification;

#[doc = include_str!("../FORMAT.md")]
pub mod format {}

pub use answer_text::AnswerText;
pub use api::{ApiRules, HeaderRole};
pub use assertion_plan::AssertionPlan;
pub use assertion_rules::{
    AssertionRules, ClientIdCase, DateForm, JwtIdForm, LifetimeStart, OmittedClaim, OptionalClaim,
    TypRule,
};
pub use audience::{AudienceForm, AudienceRule};
pub use condition::Condition;
pub use endpoint::{Endpoint, EndpointBuilder};
pub use environment::Environment;
pub use error::{Error, VariableRefusal};
pub use evidence::Unknown;
pub use fact::Fact;
pub use fact_sheet::{FactSection, FactSheet};
pub use flow::Flow;
pub use gateway::Gateway;
pub use gateway_summary::GatewaySummary;
pub use issuer_rule::IssuerRule;
pub use key_rules::{KeyChoice, KeyIdScheme, KeyRules, Registration};
#[cfg(feature = "diagnosis")]
pub use known_sdk::KnownSdk;
pub use leeway::Leeway;
#[cfg(feature = "diagnosis")]
pub use lint::{Finding, Lint, Severity};
pub use nearest::nearest;
pub use note::{Note, Topic};
pub use problem::Problem;
pub use rate_limit::RateLimit;
pub use rate_limit_headers::RateLimitHeaders;
pub use refusal::{Refusal, RefusalCase, RefusalForm, RefusalRetry};
pub use remedy::Remedy;
pub use request_part::RequestPart;
pub use request_rules::{
    ClientAuthentication, ContentTypeRule, DpopRule, Grant, RequestRules, ScopeRule,
};
pub use response_rules::{AnswerValue, ExpiresIn, GrantedScope, IssuedAt, ResponseRules};
pub use rule::Rule;
pub use server_rules::{AccessTokenForm, ClientSource, ServerRules, Words};
pub use subject_rule::SubjectRule;
pub use template::Template;
pub use text::{NamedCommand, NamedOption, Text, TextPart};
#[cfg(feature = "diagnosis")]
pub use unverified_jwt::{
    ClaimDate, DateUnit, DecodeError, Irregularity, Members, Moment, Part, PartError, UnverifiedJwt,
};
pub use variable::Variable;
#[cfg(feature = "diagnosis")]
pub use verification::{KeyProblem, Verification};
