//! NHS England API Platform, as cgpclient reaches it.

use tokenring_gateway::{Gateway, Rule, Words};

use super::{endpoint, gateway};

#[test]
fn the_platforms_environments() {
    #[track_caller]
    fn check(environment: Option<&str>, url: &str) {
        let nhs_cgp = gateway("nhs-cgp");
        let environment = nhs_cgp.environment(environment).unwrap();
        let endpoint = nhs_cgp.endpoint(environment).build().unwrap();
        assert_eq!(endpoint.token_endpoint().unwrap().as_str(), url);
        assert_eq!(endpoint.audience().unwrap(), url);
        assert_eq!(endpoint.api_key_header(), Some("apikey"));
    }
    check(None, "https://int.api.service.nhs.uk/oauth2/token");
    check(Some("int"), "https://int.api.service.nhs.uk/oauth2/token");
    check(Some("dev"), "https://dev.api.service.nhs.uk/oauth2/token");
    check(Some("ref"), "https://ref.api.service.nhs.uk/oauth2/token");
    check(Some("prod"), "https://api.service.nhs.uk/oauth2/token");
    check(Some("platform"), "https://api.service.nhs.uk/oauth2/token");
    let nhs = gateway("nhs");
    let default = |gateway: &Gateway| gateway.environment(None).unwrap().name().to_owned();
    assert_eq!(default(&gateway("nhs-cgp")), default(&nhs));
}

/// A configuration that names no environment and a host goes on working.
#[test]
fn the_host_is_a_variable() {
    let nhs_cgp = gateway("nhs-cgp");
    let builder = nhs_cgp.endpoint(nhs_cgp.environment(None).unwrap());
    let builder = builder.with_variable("api_host", "api.service.nhs.uk");
    let url = "https://api.service.nhs.uk/oauth2/token";
    let endpoint = builder.build().unwrap();
    assert_eq!(endpoint.token_endpoint().unwrap().as_str(), url);

    let platform = nhs_cgp.environment(Some("platform")).unwrap();
    let endpoint = nhs_cgp.endpoint(platform).build().unwrap();
    let url = "https://api.service.nhs.uk/oauth2/token";
    assert_eq!(endpoint.token_endpoint().unwrap().as_str(), url);
    assert_eq!(endpoint.audience().unwrap(), url);
    assert_eq!(endpoint.default_key_id().unwrap().as_str(), "test-1");

    let builder = nhs_cgp.endpoint(platform);
    let builder = builder.with_variable("api_host", "internal-dev.api.service.nhs.uk");
    let url = "https://internal-dev.api.service.nhs.uk/oauth2/token";
    let endpoint = builder.build().unwrap();
    assert_eq!(endpoint.token_endpoint().unwrap().as_str(), url);
}

#[test]
fn the_kind_of_host_decides_where_an_api_key_goes() {
    #[track_caller]
    fn check(environment: &str, header: Option<&str>, prefix: &str, is_open: bool) {
        let nhs_cgp = gateway("nhs-cgp");
        let environment = nhs_cgp.environment(Some(environment)).unwrap();
        let endpoint = endpoint(&nhs_cgp, environment);
        assert_eq!(endpoint.is_open(), is_open);
        if !is_open {
            assert_eq!(endpoint.api_key_header(), header);
            assert_eq!(endpoint.api_key_prefix(), prefix);
        }
    }
    check("platform", Some("apikey"), "", false);
    check("sandbox", None, "", true);
    check("gel", Some("Authorization"), "Bearer ", false);
    check("other", Some("X-API-Key"), "", false);
}

#[test]
fn a_host_that_has_no_default_is_asked_for_by_name() {
    for (environment, variable) in [("gel", "gel_host"), ("other", "other_host")] {
        let nhs_cgp = gateway("nhs-cgp");
        let environment = nhs_cgp.environment(Some(environment)).unwrap();
        let error = nhs_cgp.endpoint(environment).build().unwrap_err();
        assert!(error.to_string().contains(variable), "{error}");
    }
}

/// What a server does to a request, as far as a file states it. The key ID of a new key is the
/// client's affair.
fn judgement(gateway: &Gateway) -> String {
    let key = gateway.key();
    format!(
        "{:?} {:?} {} {} {:?} {:?} {}\n{:?}\n{:?}\n{:?}\n{:?}",
        key.generate(),
        key.id_scheme(),
        key.id_required(),
        key.use_required(),
        key.minimum_rsa_bits(),
        key.jwk_set_cache(),
        key.refetches_on_unknown_id(),
        gateway.assertion(),
        gateway.request(),
        gateway.response(),
        gateway.server(),
    )
}

#[test]
fn the_server_is_that_of_nhs() {
    let (nhs, nhs_cgp) = (gateway("nhs"), gateway("nhs-cgp"));
    assert_eq!(judgement(&nhs_cgp), judgement(&nhs));
    assert_eq!(nhs_cgp.server().words(), Words::Known);
    assert_eq!(
        nhs_cgp.server().jwt_id_spent_before(),
        Some(Rule::UnknownClient)
    );
    let days = nhs_cgp.server().jwt_id_memory().as_secs() / (24 * 3600);
    assert_eq!(days, 30);
}

/// A host of another kind would get the key in another kind's header.
#[test]
fn a_host_of_another_kind_is_refused() {
    #[track_caller]
    fn check(environment: &str, variable: &str, host: &str, wanted: Option<&str>) {
        let nhs_cgp = gateway("nhs-cgp");
        let environment = nhs_cgp.environment(Some(environment)).unwrap();
        let builder = nhs_cgp.endpoint(environment).with_variable(variable, host);
        match (builder.build(), wanted) {
            (Ok(endpoint), None) => {
                let url = format!("https://{host}/oauth2/token");
                assert_eq!(endpoint.token_endpoint().unwrap().as_str(), url);
            }
            (Err(error), Some(wanted)) => {
                let error = error.to_string();
                assert!(error.ends_with(wanted), "{host}: {error}");
            }
            (result, _) => panic!("{host}: {result:?}"),
        }
    }
    const GEL: &str = "this value is for the environment `gel`, as the variable `gel_host`";
    const OTHER: &str = "this value is for the environment `other`, as the variable `other_host`";
    const PROD: &str = "this value is for the environment `prod`";
    const PLATFORM: &str = "this value is for the environment `int`, as the variable `api_host`";
    const SANDBOX: &str = "this value is for the environment `sandbox`";
    check("platform", "api_host", "api.service.nhs.uk", None);
    check("platform", "api_host", "int.api.service.nhs.uk", None);
    check("platform", "api_host", "foo.aws.gel.ac", Some(GEL));
    check("platform", "api_host", "evil.example", Some(OTHER));
    check("platform", "api_host", "evilservice.nhs.uk", Some(OTHER));
    check(
        "platform",
        "api_host",
        "sandbox.api.service.nhs.uk",
        Some(SANDBOX),
    );
    check(
        "platform",
        "api_host",
        "Sandbox.int.api.service.nhs.uk",
        Some("such as `int.api.service.nhs.uk`, and not like `sandbox.*`"),
    );
    check(
        "platform",
        "api_host",
        "api.service.nhs.uk.evil.example",
        Some("and has to be like `api.service.nhs.uk` or `*.api.service.nhs.uk`"),
    );
    check("gel", "gel_host", "foo.aws.gel.ac", None);
    check("gel", "gel_host", "int.api.service.nhs.uk", Some(PLATFORM));
    check("gel", "gel_host", "api.service.nhs.uk", Some(PROD));
    check("gel", "gel_host", "aws.gel.ac", Some(OTHER));
    check(
        "gel",
        "gel_host",
        "foo.aws.gel.ac.evil.example",
        Some(OTHER),
    );
    check("other", "other_host", "api.example.org", None);
    check("other", "other_host", "foo.aws.gel.ac", Some(GEL));
    check(
        "other",
        "other_host",
        "int.api.service.nhs.uk",
        Some(PLATFORM),
    );
    check(
        "other",
        "other_host",
        "sandbox.api.service.nhs.uk",
        Some(SANDBOX),
    );
}
