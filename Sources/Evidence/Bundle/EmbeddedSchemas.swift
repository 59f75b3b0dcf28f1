/// The JSON Schemas of the documents in a bundle, so that readers have them years later.
///
/// Made by `scripts/embed-schemas` from `protocols/schemas`; a test compares the two.
let embeddedSchemas: [(name: String, text: String)] = []
