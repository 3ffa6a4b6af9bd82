use integration_tests::peer::Openssl;
use integration_tests::scratch::Scratch;
use serde_json::{Value, json};

/// A private certificate authority, run with openssl.
pub(crate) struct Authority {
    openssl: Openssl,
    scratch: Scratch,
    configuration: String,
}

/// From when to when a certificate is valid.
#[derive(Clone, Copy)]
pub(crate) enum Validity {
    Today,
    LongAgo,
}

/// The parts of openssl's own configuration that issuing needs.
const CONFIGURATION: &str = "
[req]
distinguished_name = name
prompt = no
[name]
CN = Test authority, do not trust
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[ca]
default_ca = here
[here]
database = FOLDER/issued
new_certs_dir = FOLDER
certificate = FOLDER/authority.pem
private_key = FOLDER/authority.key
rand_serial = yes
default_md = sha256
default_days = 1
policy = any
unique_subject = no
[any]
commonName = supplied
";

impl Authority {
    pub(crate) fn new(openssl: &Openssl) -> Self {
        let scratch = Scratch::new();
        let folder = scratch.path().to_str().unwrap();
        let configuration = CONFIGURATION.replace("FOLDER", folder);
        let configuration = scratch.write("openssl.cnf", configuration.as_bytes());
        let _ = scratch.write("issued", b"");
        let authority = Self {
            openssl: openssl.clone(),
            scratch,
            configuration,
        };
        authority.make_key("authority");
        authority.run(&[
            "req",
            "-x509",
            "-extensions",
            "authority",
            "-days",
            "1",
            "-key",
            &authority.path("authority.key"),
            "-out",
            &authority.path("authority.pem"),
        ]);
        authority
    }

    /// The authority's own certificate, for those who trust it.
    pub(crate) fn certificate(&self) -> String {
        self.path("authority.pem")
    }

    /// Issues a server certificate for a name as in `subjectAltName`; returns it
    /// with its key as the provider wants them.
    pub(crate) fn issue(&self, name: &str, validity: Validity) -> Value {
        self.make_key("server");
        let extensions = format!(
            "basicConstraints = critical, CA:FALSE\n\
             extendedKeyUsage = serverAuth\n\
             subjectAltName = {name}\n"
        );
        let extensions = self.scratch.write("extensions", extensions.as_bytes());
        let request = self.path("request");
        let key = self.path("server.key");
        self.run(&[
            "req",
            "-new",
            "-subj",
            "/CN=server",
            "-key",
            &key,
            "-out",
            &request,
        ]);
        let mut arguments = vec!["ca", "-batch", "-notext", "-extfile", &extensions];
        if let Validity::LongAgo = validity {
            arguments.extend([
                "-startdate",
                "20200101000000Z",
                "-enddate",
                "20200201000000Z",
            ]);
        }
        let certificate = self.path("server.pem");
        arguments.extend(["-in", &request, "-out", &certificate]);
        self.run(&arguments);
        json!({ "key": self.read("server.key"), "cert": self.read("server.pem") })
    }

    fn make_key(&self, name: &str) {
        let output = self.path(&format!("{name}.key"));
        let arguments = [
            "genpkey",
            "-algorithm",
            "EC",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
        ];
        let arguments = [&arguments[..], &["-out", &output]].concat();
        let _ = self.openssl.program().expect(&arguments, b"");
    }

    /// Runs a command with this configuration in place of the machine's.
    fn run(&self, arguments: &[&str]) {
        let arguments = [arguments, &["-config", &self.configuration]].concat();
        let _ = self.openssl.program().expect(&arguments, b"");
    }

    fn path(&self, name: &str) -> String {
        self.scratch.path().join(name).to_str().unwrap().to_owned()
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.scratch.path().join(name)).unwrap()
    }
}
