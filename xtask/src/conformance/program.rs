use std::process::Command;

use super::{hydra, java, npm, python, vendor_sdks};
use crate::failure::Failure;
use crate::process;
use crate::steps::Outcome;

/// A program that is not ours and that our gateways' files are held against.
pub(super) struct Program {
    /// What `--only` names, and the file of its results.
    pub(super) name: &'static str,
    /// Whether CI installs and runs it.
    is_in_ci: bool,
    install: fn() -> Result<Outcome, Failure>,
    /// Test binaries, each with the names of its tests if it has others as well.
    pub(super) tests: &'static [&'static [&'static str]],
}

pub(super) const PROGRAMS: [Program; 16] = [
    Program {
        name: "oidc-provider",
        is_in_ci: true,
        install: npm_and_python,
        tests: &[&["oidc_provider"], &["real_servers", "oidc_provider::"]],
    },
    Program {
        name: "authlib",
        is_in_ci: true,
        install: python::install,
        tests: &[&["real_servers", "authlib::"]],
    },
    Program {
        name: "keycloak-26.7.3",
        is_in_ci: true,
        install: || java::install_keycloak("26.7.3"),
        tests: &[&["real_servers", "keycloak_26_7_3"]],
    },
    Program {
        name: "keycloak-26.4.7",
        is_in_ci: false,
        install: || java::install_keycloak("26.4.7"),
        tests: &[&["real_servers", "keycloak_26_4_7"]],
    },
    Program {
        name: "hydra-2.3.0",
        is_in_ci: false,
        install: || hydra::install("2.3.0"),
        tests: &[&["real_servers", "hydra::"]],
    },
    Program {
        name: "spring-1.5.3",
        is_in_ci: false,
        install: || {
            let starter = "spring-boot-starter-oauth2-authorization-server";
            java::install_spring("1.5.3", "3.5.7", starter)
        },
        tests: &[&["real_servers", "spring_1_5"]],
    },
    Program {
        name: "spring-7.0.0",
        is_in_ci: false,
        install: || {
            let starter = "spring-boot-starter-security-oauth2-authorization-server";
            java::install_spring("7.0.0", "4.0.0", starter)
        },
        tests: &[&["real_servers", "spring_7_0"]],
    },
    Program {
        name: "glewlwyd-2.7",
        is_in_ci: false,
        install: glewlwyd,
        tests: &[&["real_servers", "glewlwyd::"]],
    },
    Program {
        name: "sdk-google-auth",
        is_in_ci: true,
        install: python::install,
        tests: &[&["sdks", "in_ci::google_auth"]],
    },
    Program {
        name: "sdk-msal",
        is_in_ci: true,
        install: python::install,
        tests: &[&["sdks", "in_ci::msal"]],
    },
    Program {
        name: "sdk-okta-nodejs",
        is_in_ci: true,
        install: npm::install,
        tests: &[&["sdks", "in_ci::okta_sdk_nodejs"]],
    },
    Program {
        name: "sdk-salesforce-core",
        is_in_ci: true,
        install: npm::install,
        tests: &[&["sdks", "in_ci::salesforce_core"]],
    },
    Program {
        name: "sdk-of-npm",
        is_in_ci: false,
        install: vendor_sdks::install_npm,
        tests: &[&["sdks", "npm::"]],
    },
    Program {
        name: "sdk-of-python",
        is_in_ci: false,
        install: vendor_sdks::install_python,
        tests: &[&["sdks", "python::"]],
    },
    Program {
        name: "sdk-of-go",
        is_in_ci: false,
        install: vendor_sdks::install_go,
        tests: &[&["sdks", "go::"]],
    },
    Program {
        name: "sdk-of-java",
        is_in_ci: false,
        install: vendor_sdks::install_java,
        tests: &[&["sdks", "java::"]],
    },
];

impl Program {
    pub(super) fn install(&self) -> Result<Outcome, Failure> {
        (self.install)()
    }
}

/// Installs every program that CI runs.
pub(crate) fn install_for_ci() -> Result<Outcome, Failure> {
    for program in PROGRAMS.iter().filter(|program| program.is_in_ci) {
        match program.install()? {
            Outcome::Done => {}
            outcome => return Ok(outcome),
        }
    }
    Ok(Outcome::Done)
}

/// The npm packages are for other tests as well, as those of Python are.
fn npm_and_python() -> Result<Outcome, Failure> {
    match npm::install()? {
        Outcome::Done => python::install(),
        outcome => Ok(outcome),
    }
}

/// A package of the operating system, which whoever runs this installs.
fn glewlwyd() -> Result<Outcome, Failure> {
    if process::succeeds(Command::new("glewlwyd").arg("--version")) {
        return Ok(Outcome::Done);
    }
    let why = "`glewlwyd` is missing; install Debian's packages glewlwyd and sqlite3";
    Ok(Outcome::NotRun(why.to_owned()))
}
