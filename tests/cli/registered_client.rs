use std::net::SocketAddr;

use integration_tests::fixtures;
use tokenring_jwk::{Jwk, JwkSet, KeyId, PublicKey};
use tokenring_mock_gateway::{ApiAccess, MockGateway, MockGatewayBuilder};

use crate::process::{Machine, Run, TOKENRING};

pub(crate) const CLIENT_ID: &str = "test-client-id";
/// As NHS England wants them; of others the lint says a word.
const KEY: &str = "rsa-4096";

/// A machine whose key `int-1.pem` a gateway knows.
pub(crate) struct RegisteredClient {
    pub(crate) machine: Machine,
    pub(crate) gateway: MockGateway,
}

impl RegisteredClient {
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder)
    }

    pub(crate) fn with(prepare: impl FnOnce(MockGatewayBuilder) -> MockGatewayBuilder) -> Self {
        Self::of_key(KEY, prepare)
    }

    /// As [`RegisteredClient::with`], with another key than one that the gateway
    /// wants.
    pub(crate) fn of_key(
        name: &str,
        prepare: impl FnOnce(MockGatewayBuilder) -> MockGatewayBuilder,
    ) -> Self {
        let machine = Machine::new();
        let key = fixtures::bytes(&format!("keys/test-{name}-pkcs8.pem"));
        machine.write("int-1.pem", key);
        let builder = MockGateway::builder().with_client(CLIENT_ID, key_set(name));
        Self {
            machine,
            gateway: prepare(builder).start().unwrap(),
        }
    }

    /// Prepares `get-token`, complete, and these arguments.
    pub(crate) fn get_token(&self, more: &[&str]) -> Run {
        self.run("get-token", more)
    }

    /// Prepares `call-api` of an API behind the gateway, and these arguments.
    pub(crate) fn call_api(&self, access: ApiAccess, more: &[&str]) -> Run {
        let url = self.gateway.api_url(access, "hello");
        self.run("call-api", &[&["--url", &url], more].concat())
    }

    /// Gives a program what `tokenring` needs, for when it starts that.
    pub(crate) fn environment(&self, run: Run) -> Run {
        run.with_variable("TOKENRING_GATEWAY", "nhs")
            .with_variable("TOKENRING_CLIENT_ID", CLIENT_ID)
            .with_variable(
                "TOKENRING_PRIVATE_KEY",
                self.machine.work().join("int-1.pem"),
            )
            .with_variable("TOKENRING_TOKEN_URL", self.gateway.token_url())
            .with_variable("TOKENRING_QUIET", "true")
            .with_variable("TOKENRING", TOKENRING)
    }

    /// Prepares lines for a POSIX shell that call `"$TOKENRING"`.
    pub(crate) fn script(&self, lines: &str) -> Run {
        let shell = self.machine.program("sh");
        self.environment(shell.with_argument("-c").with_argument(lines))
    }

    /// The token that the cache holds, or will from now on.
    pub(crate) fn token(&self) -> String {
        let token = self.get_token(&["--quiet"]).finish().succeeds();
        token.trim_end().to_owned()
    }

    /// Stops the gateway.
    pub(crate) fn stop_gateway(self) -> (Machine, SocketAddr) {
        let address = self.gateway.address();
        (self.machine, address)
    }

    /// Starts a gateway that knows the machine's key at an address of its own
    /// choice, such as the one of a gateway that has been stopped.
    pub(crate) fn at(machine: Machine, address: SocketAddr) -> Self {
        let builder = MockGateway::builder().with_client(CLIENT_ID, key_set(KEY));
        Self {
            machine,
            gateway: builder.with_address(address).start().unwrap(),
        }
    }

    pub(crate) fn run(&self, command: &str, more: &[&str]) -> Run {
        let token_url = self.gateway.token_url();
        let mut arguments = vec![command, "--gateway", "nhs", "--client-id", CLIENT_ID];
        arguments.extend(["--private-key", "int-1.pem", "--token-url", &token_url]);
        self.machine.tokenring(arguments.iter().chain(more))
    }
}

fn key_set(name: &str) -> JwkSet {
    let pem = fixtures::text(&format!("keys/test-{name}-public.pem"));
    let jwk = Jwk::new(PublicKey::from_spki_pem(&pem).unwrap());
    JwkSet::from_iter([jwk.with_key_id(KeyId::new("int-1"))])
}
