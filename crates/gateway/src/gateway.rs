use tokenring_jwk::Algorithm;

use crate::builtin::BuiltinFile;
use crate::evidence::{Evidence, Source};
use crate::nearest::nearest;
use crate::reader::{Document, Table};
use crate::variable::Scope;
use crate::{
    ApiRules, AssertionRules, EndpointBuilder, Environment, Error, Flow, KeyRules, Note, Refusal,
    RequestRules, ResponseRules, ServerRules, Text, Topic, Unknown, Variable,
};

mod consistency;
mod registered;

/// An API gateway: what it wants of an assertion, where it wants it, and what it answers.
///
/// One TOML file makes one gateway. The built-in ones and a user's own are alike; the
/// [format](crate::format) is the same.
///
/// # Examples
///
/// ```
/// use tokenring_gateway::Gateway;
///
/// let nhs = Gateway::builtin("nhs")?;
/// let int = nhs.environment(Some("int"))?;
/// let endpoint = nhs.endpoint(int).build()?;
/// assert_eq!(endpoint.audience()?, "https://int.api.service.nhs.uk/oauth2/token");
/// # Ok::<(), tokenring_gateway::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Gateway {
    name: String,
    title: String,
    mutual_tls: bool,
    default_environment: Option<String>,
    default_environment_notice: Option<Text>,
    environments: Vec<Environment>,
    variables: Vec<Variable>,
    assertion: AssertionRules,
    key: KeyRules,
    request: RequestRules,
    response: ResponseRules,
    api: ApiRules,
    server: ServerRules,
    evidence: Evidence,
    flows: Vec<Flow>,
    flow: Option<usize>,
    has_chosen_flow: bool,
}

pub(crate) const KEYS: [&str; 20] = [
    "name",
    "title",
    "verified",
    "mutual-tls",
    "default-environment",
    "default-environment-notice",
    "default-flow",
    "environments",
    "variables",
    "assertion",
    "key",
    "request",
    "response",
    "api",
    "flows",
    "server",
    "refusals",
    "notes",
    "sources",
    "unknown",
];

impl Gateway {
    /// Reads a gateway file. Errors call it `file_name`; nothing is opened.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`], with line, key and what is allowed.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, Error> {
        let document = Document::parse(text, file_name)?;
        let root = document.root(&KEYS)?;
        let mut gateway = Self::read(&root, Evidence::default())?;
        gateway.evidence = Evidence::read(&root)?;
        consistency::check(&gateway, &root)?;
        Ok(gateway)
    }

    /// Reads a file whose evidence is read when somebody asks for it.
    pub(crate) fn read_builtin(file: &'static BuiltinFile) -> Result<Self, Box<Error>> {
        let document = Document::builtin_rules(file);
        Self::read(&document.root(&KEYS)?, Evidence::unread(file))
    }

    fn read(root: &Table<'_>, evidence: Evidence) -> Result<Self, Box<Error>> {
        let scope = Scope::new(Variable::read_all(root)?);
        let environments = Environment::read_all(root, &scope)?;
        let assertion = AssertionRules::read(&root.required("assertion")?, &scope)?;
        let key = KeyRules::read(&root.required("key")?, &scope, &assertion)?;
        let request = RequestRules::read(root.optional("request").as_ref(), &scope, &assertion)?;
        let flows = Flow::read_all(root, &scope, &assertion)?;
        Ok(Self {
            name: root.required("name")?.name()?.to_owned(),
            title: root.required("title")?.text()?.to_owned(),
            mutual_tls: root.boolean("mutual-tls", false)?,
            default_environment: read_default_environment(root, &environments)?,
            default_environment_notice: root.words("default-environment-notice")?,
            environments,
            assertion,
            key,
            request,
            response: ResponseRules::read(root)?,
            api: ApiRules::read(root)?,
            server: ServerRules::read(root)?,
            evidence,
            flow: read_default_flow(root, &flows)?,
            has_chosen_flow: false,
            flows,
            variables: scope.close(root)?,
        })
    }

    /// Puts the flow of that name in use, and its rules with it. Defaults to the file's
    /// `default-flow`, and without one to the rules outside of flows.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownFlow`], which lists the gateway's flows.
    pub fn with_flow(mut self, name: &str) -> Result<Self, Error> {
        let known = || self.flows.iter().map(Flow::name);
        let Some(index) = known().position(|other| other == name) else {
            return Err(Error::UnknownFlow {
                gateway: self.name.clone(),
                name: name.to_owned(),
                nearest: nearest(name, known()),
                known: known().map(str::to_owned).collect(),
            });
        };
        self.flow = Some(index);
        self.has_chosen_flow = true;
        Ok(self)
    }

    /// The ways in which a client can be registered, in the order of the file.
    #[must_use]
    pub fn flows(&self) -> &[Flow] {
        &self.flows
    }

    /// The name of the flow in use.
    #[must_use]
    pub fn flow(&self) -> Option<&str> {
        self.flow_in_use().map(Flow::name)
    }

    /// Whether the flow in use was chosen by [`Gateway::with_flow`], and is not the default one.
    #[must_use]
    pub const fn has_chosen_flow(&self) -> bool {
        self.has_chosen_flow
    }

    fn flow_in_use(&self) -> Option<&Flow> {
        self.flows.get(self.flow?)
    }

    /// The name by which it is chosen.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is, for a person.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Whether its token endpoint wants a client certificate besides the assertion.
    #[must_use]
    pub const fn needs_mutual_tls(&self) -> bool {
        self.mutual_tls
    }

    /// Every environment, in the order of the file.
    #[must_use]
    pub fn environments(&self) -> &[Environment] {
        &self.environments
    }

    /// The environment of that name or alias, or without one the default.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownEnvironment`], which lists the gateway's environments;
    /// [`Error::NoEnvironment`] without a name, if the gateway has no default.
    pub fn environment(&self, name: Option<&str>) -> Result<&Environment, Error> {
        let known = || self.environments.iter().map(Environment::name);
        let Some(name) = name.or(self.default_environment.as_deref()) else {
            return Err(Error::NoEnvironment {
                gateway: self.name.clone(),
                known: known().map(str::to_owned).collect(),
            });
        };
        let mut environments = self.environments.iter();
        environments
            .find(|environment| environment.answers_to(name))
            .ok_or_else(|| Error::UnknownEnvironment {
                gateway: self.name.clone(),
                name: name.to_owned(),
                known: known().map(str::to_owned).collect(),
                nearest: nearest(name, known()),
            })
    }

    /// The environment whose token endpoint and key names serve to call the APIs of the one of
    /// that name.
    ///
    /// Mostly that is the environment itself. A gateway can have environments whose APIs take the
    /// tokens of another one.
    ///
    /// # Errors
    ///
    /// As [`Gateway::environment`].
    pub fn call_api_environment(&self, name: Option<&str>) -> Result<&Environment, Error> {
        let environment = self.environment(name)?;
        match environment.call_api_token_environment() {
            Some(name) => self.environment(Some(name)),
            None => Ok(environment),
        }
    }

    /// The environment that is meant when none is named.
    #[must_use]
    pub fn default_environment(&self) -> Option<&str> {
        self.default_environment.as_deref()
    }

    /// What whoever names no environment should know of the default one.
    #[must_use]
    pub const fn default_environment_notice(&self) -> Option<&Text> {
        self.default_environment_notice.as_ref()
    }

    /// Whether the file calls the value of a form parameter a secret, in any of its flows.
    #[must_use]
    pub fn calls_secret(&self, parameter: &str) -> bool {
        let of_flows = self.flows.iter().filter_map(Flow::request);
        let mut rules = core::iter::once(&self.request).chain(of_flows);
        rules.any(|rules| rules.secret_parameters().iter().any(|it| it == parameter))
    }

    /// Begins to work out the addresses of one of this gateway's environments.
    #[must_use]
    pub const fn endpoint<'g>(&'g self, environment: &'g Environment) -> EndpointBuilder<'g> {
        EndpointBuilder::new(self, environment)
    }

    /// What the gateway leaves open, in the order of the file.
    #[must_use]
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// What it wants of the client assertion.
    #[must_use]
    pub fn assertion(&self) -> &AssertionRules {
        let flow = self.flow_in_use();
        flow.and_then(Flow::assertion).unwrap_or(&self.assertion)
    }

    /// What it wants of keys and their names.
    #[must_use]
    pub fn key(&self) -> &KeyRules {
        let flow = self.flow_in_use();
        flow.and_then(Flow::key).unwrap_or(&self.key)
    }

    /// What it wants in the access token request.
    #[must_use]
    pub fn request(&self) -> &RequestRules {
        let flow = self.flow_in_use();
        flow.and_then(Flow::request).unwrap_or(&self.request)
    }

    /// What is peculiar about its access token response.
    #[must_use]
    pub const fn response(&self) -> &ResponseRules {
        &self.response
    }

    /// How its APIs want to be called.
    #[must_use]
    pub const fn api(&self) -> &ApiRules {
        &self.api
    }

    /// What only the server knows.
    #[must_use]
    pub const fn server(&self) -> &ServerRules {
        &self.server
    }

    /// What its token endpoint answers instead of a token, in the order of its judgement.
    #[must_use]
    pub fn refusals(&self) -> &[Refusal] {
        self.evidence.refusals()
    }

    /// Where a fact is from, by the key that states it, such as `assertion.typ`.
    ///
    /// Of the sources in the file, the one counts whose key path is the longest that is this key's
    /// or leads to it. While a flow is in use that replaces the key's table, its sources go first.
    #[must_use]
    pub fn source_of(&self, key_path: &str) -> Option<&str> {
        self.source(key_path).map(|source| source.text.as_str())
    }

    /// The day on which a fact was last compared with its source, such as `2026-11-29`.
    ///
    /// It is the date of the source that [`Gateway::source_of`] finds, or else that of the file.
    #[must_use]
    pub fn verified_on(&self, key_path: &str) -> Option<&str> {
        let source = self.source(key_path)?;
        let of_file = self.evidence.sources().verified.as_deref();
        source.verified.as_deref().or(of_file)
    }

    fn source(&self, key_path: &str) -> Option<&Source> {
        let table = key_path.split('.').next().unwrap_or(key_path);
        let flow = self.flow_in_use().filter(|flow| flow.replaces(table));
        let sources = self.evidence.sources();
        flow.and_then(|flow| sources.of(&format!("flows.{}.{key_path}", flow.name())))
            .or_else(|| sources.of(key_path))
    }

    /// What nobody could find out about it, in the order of the file.
    #[must_use]
    pub fn unknown(&self) -> &[Unknown] {
        self.evidence.unknown()
    }

    /// What a person should know, in the order of the file.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        self.evidence.notes()
    }

    /// The algorithms that a client can sign with here, the preferred one first: those that the
    /// gateway takes and that a key works with which is registered as it has it.
    pub fn algorithms(&self) -> impl Iterator<Item = Algorithm> {
        let usable = self.key().algorithms();
        let is_usable = move |it: &Algorithm| usable.is_none_or(|usable| usable.contains(it));
        self.assertion()
            .algorithms()
            .iter()
            .copied()
            .filter(is_usable)
    }

    /// The notes on one topic, in the order of the file.
    pub fn notes_on(&self, topic: Topic) -> impl Iterator<Item = &Note> {
        self.notes()
            .iter()
            .filter(move |note| note.topic() == topic)
    }
}

fn read_default_environment(
    root: &Table<'_>,
    environments: &[Environment],
) -> Result<Option<String>, Box<Error>> {
    let Some(value) = root.optional("default-environment") else {
        return Ok(match environments {
            [only] => Some(only.name().to_owned()),
            _ => None,
        });
    };
    let name = value.text()?;
    if environments.iter().any(|known| known.name() == name) {
        return Ok(Some(name.to_owned()));
    }
    let names = environments.iter().map(Environment::name);
    Err(value.unknown_value(name, names))
}

fn read_default_flow(root: &Table<'_>, flows: &[Flow]) -> Result<Option<usize>, Box<Error>> {
    let Some(value) = root.optional("default-flow") else {
        return Ok(None);
    };
    let name = value.text()?;
    match flows.iter().position(|flow| flow.name() == name) {
        Some(index) => Ok(Some(index)),
        None => Err(value.unknown_value(name, flows.iter().map(Flow::name))),
    }
}
