use super::Problems;
use crate::cargo;
use crate::failure::Failure;

/// A limit on third-party crates in the normal graph of a package on Linux.
struct Budget {
    package: &'static str,
    default_features: bool,
    crates: usize,
}

const fn budget(package: &'static str, default_features: bool, crates: usize) -> Budget {
    Budget {
        package,
        default_features,
        crates,
    }
}

/// Raising one of these is a decision of its own.
const BUDGETS: &[Budget] = &[
    budget("tokenring-jwk", false, 8),
    budget("tokenring-jwk", true, 14),
    budget("tokenring-assertion", false, 8),
    budget("tokenring-assertion", true, 15),
    budget("tokenring-oauth", false, 9),
    budget("tokenring-oauth", true, 30),
    budget("tokenring-gateway", false, 16),
    budget("tokenring-gateway", true, 16),
    budget("tokenring-token-store", true, 20),
    budget("tokenring-keystore", false, 20),
    budget("tokenring-keystore", true, 50),
    budget("tokenring-text", true, 0),
    budget("tokenring-signer-command", true, 20),
    budget("tokenring-pkcs11", true, 20),
    budget("tokenring", false, 45),
    budget("tokenring", true, 45),
    budget("tokenring-cli", false, 60),
    budget("tokenring-cli", true, 150),
];

/// Counts the crates that whoever takes a package takes with it.
pub(super) fn check(problems: &mut Problems) -> Result<(), Failure> {
    for budget in BUDGETS {
        let mut arguments = vec!["--edges", "normal", "--package", budget.package];
        let features = if budget.default_features {
            "default features"
        } else {
            arguments.push("--no-default-features");
            "no features"
        };
        let names = cargo::tree(&arguments)?;
        let count: usize = names.values().map(Vec::len).sum();
        let place = format!("{} with {features}", budget.package);
        eprintln!("{place}: {count} crates of at most {}", budget.crates);
        if count > budget.crates {
            let names: Vec<&str> = names.keys().map(String::as_str).collect();
            problems.add(
                &place,
                format!(
                    "{count} third-party crates, over the budget of {}: {}",
                    budget.crates,
                    names.join(" ")
                ),
            );
        }
    }
    Ok(())
}
