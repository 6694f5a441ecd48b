//! What stands behind `ssm:` and `secretsmanager:`. A name that is read must be read the same from its own text.
#![no_main]

use formwork_parameter_store::Name;
use formwork_secrets_manager::SecretReference;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(name) = Name::parse(text) {
        assert_eq!(Name::parse(&name.to_string()), Ok(name));
    }
    if let Ok(secret) = SecretReference::parse(text) {
        assert!(secret.dynamic_reference().contains(&secret.id));
    }
});
