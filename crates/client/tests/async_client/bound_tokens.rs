//! Bound tokens by tasks, at a mock that demands them.

use tokenring::{ApiRequest, DpopKey, DpopRule};
use tokenring_jwk::{Jwk, JwkSet, KeyId};
use tokenring_mock_gateway::{ApiAccess, MockGateway};

use crate::bench::{builder, key_path, public_key, runtimes};

#[test]
fn each_call_has_a_proof_of_its_own() {
    for runtime in runtimes() {
        let jwk = Jwk::new(public_key()).with_key_id(KeyId::new("test-1"));
        let gateway = MockGateway::builder()
            .with_client("test-client", JwkSet::from_iter([jwk]))
            .with_dpop_required()
            .with_dpop_nonce(true)
            .start()
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let builder = builder(&gateway.token_url())
            .key(key_path())
            .dpop(DpopRule::Required)
            .dpop_key(DpopKey::Ed25519)
            .state_dir(folder.path().join("state"))
            .cache_dir(folder.path().join("tokens"));
        let url = gateway.api_url(ApiAccess::Bearer, "patients?page=2");
        runtime.block_on(async {
            let client = builder.build_reqwest().await.unwrap();
            for _ in 0..3 {
                let request = ApiRequest::get(&url).unwrap();
                let answer = client.call(&request).await.unwrap();
                assert_eq!(answer.status(), 200);
            }
            let token = client.token().await.unwrap();
            assert_eq!(token.token_type(), "DPoP");
            assert!(token.key_thumbprint().is_some());
        });
        assert_eq!(gateway.issued_tokens(), 1);
    }
}
