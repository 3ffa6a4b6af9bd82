//! Each built-in gateway's mock: a request that it takes, and those that it refuses.
//!
//! Status, error and words are written by hand from the documents that the gateways' files name.

mod entra;
mod fhir;
mod google_salesforce;
mod helseid_cdr;
mod jwt_bearer;
mod keycloak;
mod keycloak_keys;
mod maskinporten;
mod nhs_cgp;
mod okta_auth0;
mod pca;
mod rfc10070;
mod site;
mod unknown_path;

use tokenring_gateway::Gateway;
use tokenring_mock_gateway::MockGateway;

/// Every file makes a gateway that starts.
#[test]
fn all_of_them_start() {
    let mut names = 0;
    for name in Gateway::names() {
        let gateway = Gateway::builtin(name).unwrap();
        for environment in gateway.environments() {
            let mock = MockGateway::builder()
                .with_gateway(&gateway)
                .with_environment(environment.name())
                .start()
                .unwrap();
            assert_eq!(mock.gateway_name(), name);
            assert!(mock.token_url().starts_with(&mock.base_url()), "{name}");
        }
        names += 1;
    }
    assert!(names >= 18, "{names}");
}
