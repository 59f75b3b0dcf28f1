/// What would tell who a patient is: the eighteen kinds of 45 CFR 164.514(b)(2)(i), its rule on ages, and free
/// text, in which any of them may stand.
package enum IdentifierKind: String, CaseIterable, Sendable {
  case name, geography, date, ageOver89, phone, fax, email, socialSecurityNumber, medicalRecordNumber
  case healthPlanNumber, accountNumber, licenceNumber, vehicle, device, url, ipAddress, biometric, photograph
  case otherIdentifier, freeText

  /// The letter of the paragraph below (b)(2)(i); free text has none of its own.
  package var paragraph: Character? {
    switch self {
    case .name: "A"
    case .geography: "B"
    case .date, .ageOver89: "C"
    case .phone: "D"
    case .fax: "E"
    case .email: "F"
    case .socialSecurityNumber: "G"
    case .medicalRecordNumber: "H"
    case .healthPlanNumber: "I"
    case .accountNumber: "J"
    case .licenceNumber: "K"
    case .vehicle: "L"
    case .device: "M"
    case .url: "N"
    case .ipAddress: "O"
    case .biometric: "P"
    case .photograph: "Q"
    case .otherIdentifier: "R"
    case .freeText: nil
    }
  }

  /// The kind in words, as the subject of a sentence.
  package var words: String {
    switch self {
    case .name: "names of people"
    case .geography: "places smaller than a state"
    case .date: "dates finer than they may be"
    case .ageOver89: "ages over 89"
    case .phone: "telephone numbers"
    case .fax: "fax numbers"
    case .email: "e-mail addresses"
    case .socialSecurityNumber: "social security numbers"
    case .medicalRecordNumber: "medical record numbers"
    case .healthPlanNumber: "health plan numbers"
    case .accountNumber: "account numbers"
    case .licenceNumber: "certificate or licence numbers"
    case .vehicle: "vehicle identifiers"
    case .device: "device identifiers"
    case .url: "web addresses"
    case .ipAddress: "IP addresses"
    case .biometric: "biometric identifiers"
    case .photograph: "photographs"
    case .otherIdentifier: "other unique identifiers"
    case .freeText: "free text"
    }
  }
}

/// How many of a column's filled cells, in a word: a number could be a small count.
package enum AffectedShare: String, CaseIterable, Sendable {
  case some, most, all

  /// The word for `count` of `total`; nil for none.
  init?(_ count: Int, of total: Int) {
    guard count > 0, total > 0 else { return nil }
    self = count >= total ? .all : count >= total - count ? .most : .some
  }
}
