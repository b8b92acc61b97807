//! A compact JWS (the signature of a JSON web token) and the keys that it is verified with.
//!
//! **Invariant:** the key says which algorithm it is for, never the token: a public key is no secret,
//! and `none` is no algorithm.

use ring::{
    hmac,
    signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey},
};

use crate::{
    data::{Value, base64, parse_json},
    text::Document,
};

/// What signatures are verified with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    algorithm: Algorithm,
    bytes: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Rs256,
    Es256,
    Hs256,
}

/// Why a token is not what somebody with one of our keys has signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// It is not one.
    #[error("the signature is no compact JSON web signature")]
    Form,
    /// It is signed in a way that no key of ours is for.
    #[error("it is signed with `{0}`, and no key for that is given")]
    Algorithm(String),
    /// It says that there is more to it than we know.
    #[error("its header asks for what we do not know (`crit`)")]
    Critical,
    /// Nobody with one of our keys has signed this.
    #[error("no given key has signed it")]
    Wrong,
}

/// Why a text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It is empty.
    #[error("it is empty")]
    Empty,
    /// It is a PEM of something else than a public key.
    #[error("it is no public key in PEM (`-----BEGIN PUBLIC KEY-----`)")]
    Pem,
    /// It is a public key of another kind.
    #[error("it is neither an RSA key nor one of the curve P-256")]
    Kind,
}

impl Algorithm {
    const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::Hs256 => "HS256",
        }
    }
}

impl Key {
    /// A public key in PEM (RS256, ES256), or else a shared secret (HS256).
    ///
    /// # Errors
    /// If it is empty, or a PEM of something else.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() {
            return Err(KeyError::Empty);
        }
        if !text.contains("-----BEGIN") {
            return Ok(Self { algorithm: Algorithm::Hs256, bytes: text.as_bytes().to_vec() });
        }
        let body = text.trim().strip_prefix("-----BEGIN PUBLIC KEY-----");
        let body = body.and_then(|it| it.strip_suffix("-----END PUBLIC KEY-----"));
        let body: String =
            body.ok_or(KeyError::Pem)?.chars().filter(|it| !it.is_whitespace()).collect();
        let der = base64(body.trim_end_matches('='), b"+/").ok_or(KeyError::Pem)?;
        public(&der)
    }

    fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        match self.algorithm {
            Algorithm::Hs256 => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, &self.bytes);
                hmac::verify(&key, message, signature).is_ok()
            }
            Algorithm::Rs256 => UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.bytes)
                .verify(message, signature)
                .is_ok(),
            Algorithm::Es256 => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.bytes)
                .verify(message, signature)
                .is_ok(),
        }
    }
}

/// What a token says, if one of the keys has signed it.
///
/// # Errors
/// If none has, or it is no token.
pub fn verified(token: &str, keys: &[Key]) -> Result<Value, JwsError> {
    let (signed, signature) = token.rsplit_once('.').ok_or(JwsError::Form)?;
    let (header, payload) = signed.split_once('.').ok_or(JwsError::Form)?;
    let header = json(header)?;
    if header.get("crit").is_some() {
        return Err(JwsError::Critical);
    }
    let algorithm = header.get("alg").and_then(Value::as_text).unwrap_or_default();
    let mut fitting = keys.iter().filter(|it| it.algorithm.name() == algorithm).peekable();
    if fitting.peek().is_none() {
        return Err(JwsError::Algorithm(algorithm.to_owned()));
    }
    let signature = base64(signature, b"-_").ok_or(JwsError::Form)?;
    match fitting.any(|it| it.has_signed(signed.as_bytes(), &signature)) {
        true => json(payload),
        false => Err(JwsError::Wrong),
    }
}

fn json(part: &str) -> Result<Value, JwsError> {
    let bytes = base64(part, b"-_").ok_or(JwsError::Form)?;
    let text = String::from_utf8(bytes).map_err(|_| JwsError::Form)?;
    let data = parse_json(&Document::new("token", text)).map_err(|_| JwsError::Form)?;
    if matches!(data.value, Value::Map(_)) { Ok(data.value) } else { Err(JwsError::Form) }
}

const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

/// The key in a `SubjectPublicKeyInfo`: whose kind it is, and a string of bits.
fn public(der: &[u8]) -> Result<Key, KeyError> {
    let read = || {
        let (whole, _) = part(der, 0x30)?;
        let (kind, rest) = part(whole, 0x30)?;
        let (bits, _) = part(rest, 0x03)?;
        let (name, parameters) = part(kind, 0x06)?;
        let curve = part(parameters, 0x06).map(|(it, _)| it);
        Some((name, curve, bits.strip_prefix(&[0])?))
    };
    let (name, curve, bytes) = read().ok_or(KeyError::Pem)?;
    let algorithm = match (name, curve) {
        (RSA, _) => Algorithm::Rs256,
        (EC, Some(P256)) => Algorithm::Es256,
        _ => return Err(KeyError::Kind),
    };
    Ok(Key { algorithm, bytes: bytes.to_vec() })
}

/// What a part of DER with this tag holds, and what stands behind it.
fn part(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (head, rest) = der.split_at_checked(2)?;
    let [found, length] = *head else { return None };
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        0x81 | 0x82 => {
            let (more, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
            (more.iter().fold(0, |sum, it| (sum << 8) | usize::from(*it)), rest)
        }
        _ => return None,
    };
    (found == tag).then(|| rest.split_at_checked(length)).flatten()
}

#[cfg(test)]
mod tests;
