/// An object: unique members, always in the byte order of their keys.
///
/// Keys in documents are ASCII, where byte order is also the UTF-16 order that RFC 8785 asks for.
package struct JSONObject: Sendable {
  /// One key with its value.
  package struct Member: Sendable {
    /// The key.
    package let key: String
    /// The value under it.
    package let value: JSONValue

    /// A member; nothing is checked here.
    package init(key: String, value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// The members in the byte order of their keys; no two have the same key.
  package private(set) var members: [Member]

  /// An object without members.
  package init() { members = [] }

  /// Members from a place that has proved them sorted and unique: the parser.
  init(sortedMembers: [Member]) { members = sortedMembers }

  init(uniqueMembers elements: [(String, JSONValue)]) {
    members = elements.map { Member(key: $0.0, value: $0.1) }
      .sorted { $0.key.precedesInBytes($1.key) }
    for (member, next) in zip(members, members.dropFirst()) {
      precondition(!member.key.hasSameBytes(as: next.key), "an object literal repeats a key")
    }
  }

  /// The value under a key; setting `nil` removes the member.
  package subscript(_ key: String) -> JSONValue? {
    get { index(of: key).map { members[$0].value } }
    set {
      let place = insertionIndex(of: key)
      let exists = place < members.count && members[place].key.hasSameBytes(as: key)
      switch (newValue, exists) {
      case (let value?, true): members[place] = Member(key: key, value: value)
      case (let value?, false): members.insert(Member(key: key, value: value), at: place)
      case (nil, true): members.remove(at: place)
      case (nil, false): break
      }
    }
  }

  /// Where a key stands in `members`, found by bisection.
  func index(of key: String) -> Int? {
    let place = insertionIndex(of: key)
    return place < members.count && members[place].key.hasSameBytes(as: key) ? place : nil
  }

  private func insertionIndex(of key: String) -> Int {
    var low = 0
    var high = members.count
    while low < high {
      let middle = low + (high - low) / 2
      if members[middle].key.precedesInBytes(key) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension JSONObject: Equatable {
  /// The same keys with equal values, strings compared byte by byte.
  package static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.members.elementsEqual(right.members) { $0.key.hasSameBytes(as: $1.key) && $0.value == $1.value }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// An object from unique keys in any order; a repeated key is a programmer's mistake and stops the program.
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init(uniqueMembers: elements)
  }
}
