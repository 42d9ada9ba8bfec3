//! Stub with the only function of serde_with that the generated client uses.

pub mod rust {
    /// Distinguishes a null member from a missing member.
    pub mod double_option {
        use serde::{Deserialize, Deserializer, Serialize, Serializer};

        pub fn deserialize<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
        where
            T: Deserialize<'de>,
            D: Deserializer<'de>,
        {
            Option::<T>::deserialize(deserializer).map(Some)
        }

        pub fn serialize<S, T>(value: &Option<Option<T>>, serializer: S) -> Result<S::Ok, S::Error>
        where
            S: Serializer,
            T: Serialize,
        {
            match value {
                Some(Some(inner)) => serializer.serialize_some(inner),
                _ => serializer.serialize_none(),
            }
        }
    }
}
