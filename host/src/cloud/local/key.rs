//! The key, and what is sealed with it.

use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{hmac, rand};
use tempfile::NamedTempFile;

use super::folder;
use crate::cloud::{Failure, FailureKind, Secret};

/// The bytes of a key, for AES-256.
const KEY_LENGTH: usize = 32;

/// The bytes of a [`KeyId`].
const ID_LENGTH: usize = 8;

/// The first byte of what is sealed, for the day on which there is another cipher.
const FORMAT: u8 = 1;

/// What to do about failures that cannot be.
const BUG: &str = "Report this as a bug of Formwork.";

/// Tells keys apart without telling what they are.
pub(super) type KeyId = [u8; ID_LENGTH];

/// A key of 32 bytes.
pub(super) struct Key {
    cipher: RandomizedNonceKey,
    id: KeyId,
}

impl Key {
    fn new(bytes: &[u8; KEY_LENGTH]) -> Result<Self, Failure> {
        let cipher = RandomizedNonceKey::new(&AES_256_GCM, bytes).map_err(|_| {
            Failure::new(FailureKind::Other, "the cryptographic library refused the key").with_hint(BUG)
        })?;
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, bytes), b"formwork key id");
        let mut id = KeyId::default();
        for (to, from) in id.iter_mut().zip(tag.as_ref()) {
            *to = *from;
        }
        Ok(Self { cipher, id })
    }

    /// A key as people write it: 64 hex digits or the base64 of 32 bytes.
    ///
    /// # Errors
    /// `invalid-input`; the message does not repeat the text.
    pub(super) fn parse(text: &str) -> Result<Self, Failure> {
        let text = text.trim();
        let bytes = hex(text).or_else(|| base64(text)).ok_or_else(|| {
            Failure::new(FailureKind::InvalidInput, "the key is neither 64 hex digits nor the base64 of 32 bytes")
                .with_hint("Make a key with `openssl rand -hex 32`.")
        })?;
        Self::new(&bytes)
    }

    /// Read the key file; none when there is no such file.
    ///
    /// # Errors
    /// `access-denied` when others than the owner may read or change the file.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, Failure> {
        let read = || -> io::Result<(u32, String)> {
            let mut file = File::open(path)?;
            let mut text = String::new();
            file.read_to_string(&mut text)?;
            Ok((file.metadata()?.permissions().mode(), text))
        };
        match read() {
            Ok((mode, _)) if mode & 0o077 != 0 => Err(Failure::new(
                FailureKind::AccessDenied,
                format!("others may read the key file `{}`", path.display()),
            )
            .with_code("AccessDeniedException")
            .with_hint(format!("Run `chmod 600 {}`, and change what was encrypted with it.", path.display()))),
            Ok((_, text)) => Self::parse(&text).map(Some).map_err(|_| {
                Failure::new(FailureKind::Other, format!("the key file `{}` is damaged", path.display()))
                    .with_hint("Put back a copy of the file: 64 hex digits.")
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(folder::failure(&error, "cannot read the key file", path)),
        }
    }

    /// Read the key file, or make it. The file appears whole under its name or not at all, and never over another: of
    /// two processes that make one at the same time both go on with the same.
    pub(super) fn read_or_create(path: &Path) -> Result<Self, Failure> {
        if let Some(key) = Self::read(path)? {
            return Ok(key);
        }
        let mut bytes = [0; KEY_LENGTH];
        rand::fill(&mut bytes).map_err(|_| {
            Failure::new(FailureKind::Other, "the operating system gave no random bytes").with_hint(BUG)
        })?;
        let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        create(path, &text).map_err(|error| folder::failure(&error, "cannot write the key file", path))?;
        Self::read(path)?.ok_or_else(|| {
            Failure::new(FailureKind::Conflict, format!("the key file `{}` went away", path.display()))
                .with_hint("Try again.")
        })
    }

    /// Which key this is.
    pub(super) fn id(&self) -> KeyId {
        self.id
    }

    /// Encrypt, with a random nonce. `place` says where the result belongs; it can be decrypted only there.
    pub(super) fn seal(&self, secret: &Secret, place: &str) -> Result<Vec<u8>, Failure> {
        let mut text = secret.expose().as_bytes().to_vec();
        let nonce = self
            .cipher
            .seal_in_place_append_tag(Aad::from(place.as_bytes()), &mut text)
            .map_err(|_| Failure::new(FailureKind::Other, "the value cannot be encrypted").with_hint(BUG))?;
        let mut sealed = vec![FORMAT];
        sealed.extend(self.id);
        sealed.extend(nonce.as_ref());
        sealed.extend(text);
        Ok(sealed)
    }

    /// Decrypt what [`Self::seal`] gave for the same place.
    ///
    /// # Errors
    /// `access-denied` when it was another key; `other` when the bytes or the place were changed.
    pub(super) fn open(&self, sealed: &[u8], place: &str) -> Result<Secret, Failure> {
        if key_id(sealed) != Some(self.id) {
            return Err(other_key());
        }
        self.decrypt(sealed, place).ok_or_else(|| {
            Failure::new(FailureKind::Other, "an encrypted value was changed or moved outside of Formwork")
                .with_hint("Write the value again.")
        })
    }

    fn decrypt(&self, sealed: &[u8], place: &str) -> Option<Secret> {
        let (nonce, text) = sealed.get(1 + ID_LENGTH..)?.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let text = self.cipher.open_in_place(nonce, Aad::from(place.as_bytes()), &mut text).ok()?;
        Some(Secret::new(std::str::from_utf8(text).ok()?))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(hidden)")
    }
}

/// The key that something was sealed with; none for bytes that are no sealed value of a known format.
pub(super) fn key_id(sealed: &[u8]) -> Option<KeyId> {
    let (&format, rest) = sealed.split_first()?;
    let id = rest.first_chunk::<ID_LENGTH>()?;
    (format == FORMAT).then_some(*id)
}

/// The key at hand is not the one that the store's values were encrypted with.
pub(super) fn other_key() -> Failure {
    Failure::new(FailureKind::AccessDenied, "the value was encrypted with another key")
        .with_code("AccessDeniedException")
        .with_hint("Set `FORMWORK_KEY` to the key it was encrypted with, or put back the `key` file.")
}

fn create(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // Temporary files have mode 0600.
    let mut file = NamedTempFile::new_in(folder)?;
    writeln!(file, "{text}")?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => File::open(folder)?.sync_all(),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.error),
    }
}

fn hex(text: &str) -> Option<[u8; KEY_LENGTH]> {
    if text.len() != 2 * KEY_LENGTH || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let bytes = digits?.chunks_exact(2).map(|pair| pair.iter().fold(0, |sum, digit| sum * 16 + digit)).collect();
    narrow(bytes)
}

/// Base64, ordinary or for URLs, with or without padding.
fn base64(text: &str) -> Option<[u8; KEY_LENGTH]> {
    let text = text.strip_suffix('=').unwrap_or(text);
    if text.len() != 43 {
        return None;
    }
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for byte in text.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(six)) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(bits >> count & 0xff);
        }
    }
    narrow(bytes)
}

fn narrow(bytes: Vec<u32>) -> Option<[u8; KEY_LENGTH]> {
    let bytes: Vec<u8> = bytes.into_iter().map(u8::try_from).collect::<Result<_, _>>().ok()?;
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    const BASE64: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    #[test]
    fn hex_and_base64_are_the_same_key() {
        let id = Key::parse(HEX).unwrap().id();
        assert_eq!(Key::parse(BASE64).unwrap().id(), id);
        assert_eq!(Key::parse(&format!(" {}\n", BASE64.trim_end_matches('='))).unwrap().id(), id);
        assert_ne!(Key::parse(&"ab".repeat(32)).unwrap().id(), id);
    }

    #[test]
    fn other_texts_are_no_keys_and_are_not_repeated() {
        for text in ["", "hunter2", &HEX[1..], &format!("{HEX}00"), &"zz".repeat(32), &"é".repeat(32)] {
            let failure = Key::parse(text).unwrap_err();
            assert!(text.is_empty() || !failure.message.contains(text));
        }
    }

    #[test]
    fn opens_only_with_the_key_and_in_the_place() {
        let key = Key::parse(HEX).unwrap();
        let secret = Secret::new("hunter2");
        let sealed = key.seal(&secret, "here").unwrap();
        assert_eq!(key.open(&sealed, "here").unwrap(), secret);
        assert_ne!(key.seal(&secret, "here").unwrap(), sealed, "the nonce is random");
        assert_eq!(key.open(&sealed, "there").unwrap_err().kind, FailureKind::Other);
        let other = Key::parse(&"ab".repeat(32)).unwrap();
        assert_eq!(other.open(&sealed, "here").unwrap_err(), other_key());
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(key.open(&changed, "here").is_err());
            assert!(key.open(&sealed[..index], "here").is_err());
        }
        assert_eq!(format!("{key:?}"), "Key(hidden)");
    }

    #[test]
    fn a_file_is_made_once_and_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        assert!(Key::read(&path).unwrap().is_none());
        let ids = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| Key::read_or_create(&path).unwrap().id())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "all threads have the same key");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary files are left");

        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let failure = Key::read(&path).unwrap_err();
        assert_eq!(failure.kind, FailureKind::AccessDenied);
        assert!(failure.hint.unwrap().contains("chmod 600"));

        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "short").unwrap();
        assert!(Key::read(&path).unwrap_err().message.contains("damaged"));
    }
}
