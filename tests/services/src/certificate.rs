//! A certificate for `localhost` that signs itself, and the two ends of TLS that use it.

use std::sync::Arc;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};

/// A certificate with its key.
pub struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivatePkcs8KeyDer<'static>,
}

impl Identity {
    /// Makes a new one, which nobody trusts yet.
    pub fn of_localhost() -> Identity {
        let signed = rcgen::generate_simple_self_signed(["localhost".to_string()]).unwrap();
        Identity {
            certificate: signed.cert.der().clone(),
            key: signed.signing_key.serialize_der().into(),
        }
    }

    /// A server that shows the certificate.
    pub fn server(&self, protocol: &str) -> ServerConfig {
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![self.certificate.clone()],
                PrivateKeyDer::from(self.key.clone_key()),
            )
            .unwrap();
        config.alpn_protocols = vec![protocol.into()];
        config
    }

    /// A client that trusts the certificate, and nothing else.
    pub fn client(&self, protocol: &str) -> ClientConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).unwrap();
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![protocol.into()];
        config
    }
}
