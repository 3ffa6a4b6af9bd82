/// What an environment is wanted for: some APIs are called in one and authenticated to in another.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum Purpose {
    /// To get a token at the environment's own token endpoint.
    #[default]
    GetToken,
    /// To call an API of the environment.
    CallApi,
    /// To make assertions that are sent by other means; no token endpoint is needed.
    MakeAssertion,
}
