//! Each preset's own assertion, in each flow and environment: from our client over HTTP to the
//! mock of that very gateway, with a key of the kind that the preset generates, registered in the
//! way that the gateway takes keys.

use tokenring_assertion::{JwtId, NumericDate};
use tokenring_gateway::{ExpiresIn, Gateway, KnownSdk, Lint, UnverifiedJwt};
use tokenring_jwk::KeyId;
use tokenring_oauth::{TokenRequest, UreqTransport};

use crate::preset::Preset;
use crate::stage::{ACCEPTED, CLIENT, NOW, Stage};

#[test]
fn every_preset_gets_a_token_from_its_own_gateway() {
    let mut count = 0;
    for name in Gateway::names() {
        for gateway in Preset::flows(name) {
            for environment in gateway.environments() {
                check(&Preset::of(gateway.clone(), Some(environment.name())));
                count += 1;
            }
        }
    }
    // With every flow and environment, of which some files have several.
    assert!(count >= 64, "{count}");
}

#[track_caller]
fn check(preset: &Preset) {
    let key = preset.key();
    let client = (CLIENT, preset.registered(key), preset.algorithm());
    let stage = Stage::start(preset, [client]);
    let endpoint = preset.endpoint(&stage.mock.token_url(), stage.mock.issuer());
    assert_eq!(
        endpoint.audience().unwrap(),
        stage.mock.audience(),
        "{}",
        preset.title()
    );
    let plan = preset.plan(&endpoint);
    let key_id = preset.key_id(key);
    let signature = (key, preset.algorithm(), key_id.as_deref());
    if preset.gateway.request().jwt_is_token() {
        assert_eq!(
            stage.call(&Preset::bearer(&plan, signature)),
            ACCEPTED,
            "{}",
            preset.title()
        );
    } else {
        gets_a_token(preset, &stage, preset.request(&endpoint, &plan, signature));
    }
    let mut signer = key.signer(preset.algorithm());
    if let Some(key_id) = key_id {
        signer = signer.with_key_id(KeyId::new(key_id));
    }
    let now = NumericDate::from_seconds(NOW);
    let jwt_id = JwtId::from_random_bytes([7; 16]);
    let plan = plan.with_key_sha256(&key.sha256());
    let assertion = plan.sign(now, jwt_id, &signer).unwrap();
    let jwt = UnverifiedJwt::decode(assertion.secret()).unwrap();
    let findings = Lint::new(&preset.gateway, &endpoint, now).check(&jwt);
    assert_eq!(findings, [], "{}", preset.title());
    assert_eq!(KnownSdk::recognize(&jwt), None, "{}", preset.title());
}

#[track_caller]
fn gets_a_token(preset: &Preset, stage: &Stage, request: TokenRequest) {
    let response = request.send(&UreqTransport::new());
    assert_eq!(stage.verdict(), ACCEPTED, "{}", preset.title());
    let response = response.unwrap_or_else(|error| panic!("{}: {error}", preset.title()));
    let states_lifetime = preset.gateway.response().expires_in() != ExpiresIn::Absent;
    let is_stated = response.expires_in().is_some();
    assert_eq!(is_stated, states_lifetime, "{}", preset.title());
    assert_eq!(stage.mock.issued_tokens(), 1);
}
