use std::error::Error as StdError;
use std::fmt;

use serde_json::Value;

/// A version of Kubernetes' client authentication; those before have other members.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub enum ExecVersion {
    /// `client.authentication.k8s.io/v1`.
    #[default]
    V1,
    /// `client.authentication.k8s.io/v1beta1`.
    V1Beta1,
}

/// Why the text in `KUBERNETES_EXEC_INFO` names no version.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ExecInfoFault {
    /// It is not the JSON that Kubernetes' clients put there.
    Malformed,
    /// It names this version, which is not supported.
    UnsupportedVersion(String),
}

impl ExecVersion {
    const ALL: [Self; 2] = [Self::V1, Self::V1Beta1];

    /// Its name in `apiVersion`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::V1 => "client.authentication.k8s.io/v1",
            Self::V1Beta1 => "client.authentication.k8s.io/v1beta1",
        }
    }

    /// Reads what Kubernetes' clients tell their plugins, in `KUBERNETES_EXEC_INFO`.
    ///
    /// # Errors
    ///
    /// [`ExecInfoFault`] for other text, and for other versions.
    pub fn from_exec_info(text: &str) -> Result<Self, ExecInfoFault> {
        let info: Value = serde_json::from_str(text).map_err(|_| ExecInfoFault::Malformed)?;
        let wanted = info.get("apiVersion").and_then(Value::as_str);
        let wanted = wanted.ok_or(ExecInfoFault::Malformed)?;
        let version = Self::ALL.into_iter().find(|one| one.name() == wanted);
        version.ok_or_else(|| ExecInfoFault::UnsupportedVersion(wanted.to_owned()))
    }
}

impl fmt::Display for ExecInfoFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("it is not the JSON that Kubernetes' clients put there"),
            Self::UnsupportedVersion(wanted) => {
                let [newest, oldest] = ExecVersion::ALL.map(ExecVersion::name);
                write!(
                    f,
                    "it asks for apiVersion {wanted:?}; put {newest} or {oldest} into the \
                     kubeconfig"
                )
            }
        }
    }
}

impl StdError for ExecInfoFault {}
