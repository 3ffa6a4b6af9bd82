use tokenring_jwk::{Algorithm, KeyId, Signer, any};
use tokenring_mock_gateway::MockGateway;

use crate::soft_hsm::with_tokens;
use crate::tokens::{KEY_ID, jwk_set, obtain};

/// NHS wants RS512; its keys have 4096 bits.
#[test]
fn nhs_with_a_key_on_a_token() {
    with_tokens(
        "gateways::nhs_with_a_key_on_a_token",
        |tokens| {
            tokens.make_token("signing");
            tokens.make_key("signing", "rsa:4096", "nhs", &["--id", "01"]);
        },
        |tokens| {
            let key = tokens.open("token=signing;object=nhs").unwrap();
            let signer = key
                .into_signer(Algorithm::Rs512)
                .unwrap()
                .with_key_id(KeyId::new(KEY_ID))
                .with_verifier(&any::Verifier);
            let public_key = signer.public_key().unwrap().clone();
            assert_eq!(public_key.bits(), 4096);
            let gateway = MockGateway::builder()
                .with_client("test-client", jwk_set(&public_key, &signer))
                .start()
                .unwrap();
            let dynamic: &dyn Signer = &signer;
            let response = obtain(&gateway.token_url(), "test-client", dynamic);
            assert!(!response.access_token().secret().is_empty());
            // The next assertion is signed in the same session.
            obtain(&gateway.token_url(), "test-client", &signer);
            assert_eq!(gateway.issued_tokens(), 2);
        },
    );
}
