use std::fs;
use std::path::Path;
use std::process::Command;

use super::{FOLDER, installation};
use crate::failure::{Failure, While};
use crate::peer::Peer;
use crate::process;
use crate::steps::Outcome;
use crate::workspace;

/// Keycloak's distribution, from Maven's central repository.
pub(super) fn install_keycloak(version: &str) -> Result<Outcome, Failure> {
    let artifact = format!("org.keycloak:keycloak-quarkus-dist:{version}:zip");
    installation::once(&format!("keycloak-{version}"), &artifact, |folder| {
        for peer in [Peer::Java, Peer::Maven] {
            if let Some(outcome) = peer.missing() {
                return outcome;
            }
        }
        process::run(
            Command::new("mvn")
                .args(["--quiet", "--batch-mode"])
                .arg("org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack")
                .arg(format!("-Dartifact={artifact}"))
                .arg(format!("-DoutputDirectory={}", folder.display()))
                // It leaves a marker where it runs.
                .current_dir(folder),
        )?;
        Ok(Outcome::Done)
    })
}

/// The authorization server of `tests/conformance/spring`, in a version of Spring Boot.
pub(super) fn install_spring(version: &str, boot: &str, starter: &str) -> Result<Outcome, Failure> {
    let source = workspace::root().join(FOLDER).join("spring");
    let main = Path::new("src/main/java/peer/Peer.java");
    let read = |path: &Path| fs::read_to_string(source.join(path)).while_doing(path.display());
    let (pom, class) = (read(Path::new("pom.xml"))?, read(main)?);
    let recipe = format!("{boot} {starter}\n{pom}{class}");
    installation::once(&format!("spring-{version}"), &recipe, |folder| {
        for peer in [Peer::JavaCompiler, Peer::Maven] {
            if let Some(outcome) = peer.missing() {
                return outcome;
            }
        }
        let copy = folder.join(main);
        let parent = copy.parent().unwrap_or(folder);
        fs::create_dir_all(parent).while_doing(parent.display())?;
        fs::write(&copy, &class).while_doing(copy.display())?;
        fs::write(folder.join("pom.xml"), &pom).while_doing("pom.xml")?;
        process::run(
            Command::new("mvn")
                .args(["--quiet", "--batch-mode", "package"])
                .arg(format!("-Dboot={boot}"))
                .arg(format!("-Dstarter={starter}"))
                .current_dir(folder),
        )?;
        Ok(Outcome::Done)
    })
}
