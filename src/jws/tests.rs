//! Tokens of the standard, tokens that are none, and what a key is for.

use super::*;

fn key(name: &str) -> Key {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/policy/bundles");
    #[expect(clippy::disallowed_methods, reason = "a test reads its case")]
    Key::parse(&std::fs::read_to_string(format!("{folder}/{name}")).unwrap()).unwrap()
}

// RFC 7515, appendix A.1.
const TOKEN: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn secret() -> Key {
    let key =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    Key { algorithm: Algorithm::Hs256, bytes: base64(key, b"-_").unwrap() }
}

#[test]
fn a_token_of_the_standard_is_verified() {
    let said = verified(TOKEN, &[key("rsa.pub.pem"), secret()]).unwrap();
    assert_eq!(said.get("iss").and_then(Value::as_text), Some("joe"));
}

#[test]
fn whatever_else_is_signed_otherwise_is_refused() {
    let of = |token: &str| verified(token, &[secret()]).unwrap_err();
    // Any other letter in any part.
    for at in [3, 50, TOKEN.len() - 8] {
        let letter = if TOKEN.as_bytes()[at] == b'A' { "B" } else { "A" };
        let mut other = TOKEN.to_owned();
        other.replace_range(at..=at, letter);
        assert_ne!(verified(&other, &[secret()]).ok().map(|_| at), Some(at));
    }
    let head = |json: &str| {
        let signs = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let bits: String = json.bytes().map(|it| format!("{it:08b}")).collect();
        let groups = bits.as_bytes().chunks(6).map(|it| {
            let text = format!("{:0<6}", str::from_utf8(it).unwrap());
            char::from(signs[usize::from_str_radix(&text, 2).unwrap()])
        });
        groups.collect::<String>()
    };
    let (_, rest) = TOKEN.split_once('.').unwrap();
    let none = format!("{}.{rest}", head(r#"{"alg":"none"}"#));
    assert_eq!(of(&none), JwsError::Algorithm("none".to_owned()));
    let critical = format!("{}.{rest}", head(r#"{"alg":"HS256","crit":["b64"]}"#));
    assert_eq!(of(&critical), JwsError::Critical);
    assert_eq!(of("a.b"), JwsError::Form);
    let (_, signature) = TOKEN.rsplit_once('.').unwrap();
    let other = TOKEN.replace(signature, signature.split_at(signature.len() - 3).0);
    assert_eq!(of(&other), JwsError::Wrong);
    // A public key is no secret, however the token calls it.
    let asymmetric = verified(TOKEN, &[key("rsa.pub.pem"), key("ec.pub.pem")]);
    assert_eq!(asymmetric.unwrap_err(), JwsError::Algorithm("HS256".to_owned()));
}

#[test]
fn a_key_says_what_it_is_for() {
    assert_eq!(key("rsa.pub.pem").algorithm, Algorithm::Rs256);
    assert_eq!(key("ec.pub.pem").algorithm, Algorithm::Es256);
    assert_eq!(key("secret.txt").algorithm, Algorithm::Hs256);
    assert_eq!(Key::parse("\n"), Err(KeyError::Empty));
    let private = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    assert_eq!(Key::parse(private), Err(KeyError::Pem));
    // Ed25519.
    let other = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
    assert_eq!(Key::parse(other), Err(KeyError::Kind));
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_a_reader(text in ".{0,80}", bytes in proptest::collection::vec(0_u8.., 0..60)) {
        let _refused = verified(&text, &[secret()]);
        let _refused = public(&bytes);
        let _refused = Key::parse(&text);
    }
}
