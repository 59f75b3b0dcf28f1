package struct Digest: Hashable, Sendable { package let text: String; package init(of b: [UInt8]) { text = "" }; package init(parsing t: String) throws { text = t } }
