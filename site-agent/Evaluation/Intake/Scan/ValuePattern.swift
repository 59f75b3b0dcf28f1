/// What the text of one cell can look like; how much of it makes an alarm is decided a column at a time.
enum ValuePattern: Int, CaseIterable {
  case email, socialSecurityNumber, phone, url, ipAddress, vehicleNumber, vehicleLength, macAddress, uuid
  case medicareNumber, enforcementNumber, bankAccount, cardNumber, productIdentifier, image, fingerprintRecord
  case postalCode, longPostalCode, streetAddress, personName, phrase, longText, veryLongText
  /// Digits alone, or letters and digits without a space: what a number of a record looks like.
  case code
  /// Words without digits.
  case words
  /// Eight digits that are a date.
  case compactDate
  /// Four digits and more in a row of nothing but digits, spaces and `+-().`.
  case dialled
}

/// What the bytes of a cell have in them, from one pass.
struct ByteSummary {
  private(set) var digits = 0
  private(set) var letters = 0
  private(set) var spaces = 0
  private(set) var dashes = 0
  private(set) var dots = 0
  private(set) var colons = 0
  private(set) var slashes = 0
  private(set) var ats = 0
  private(set) var others = 0
  private(set) var isDialled = true

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    for byte in bytes {
      switch byte {
      case 0x30...0x39: digits += 1
      case 0x41...0x5A, 0x61...0x7A, 0x80...:
        letters += 1
        isDialled = false
      case 0x20: spaces += 1
      case 0x2D: dashes += 1
      case 0x2E: dots += 1
      case 0x28, 0x29, 0x2B: others += 1
      case 0x3A:
        colons += 1
        isDialled = false
      case 0x2F:
        slashes += 1
        isDialled = false
      case 0x40:
        ats += 1
        isDialled = false
      default:
        others += 1
        isDialled = false
      }
    }
  }
}

/// Finds the patterns of one text; each is looked for only where its bytes are there.
func forEachPattern(
  in bytes: UnsafeBufferPointer<UInt8>, _ summary: ByteSummary, _ found: (ValuePattern) -> Void
) {
  let text = PatternText(bytes)
  let isAlphanumeric = summary.digits + summary.letters == bytes.count
  if summary.ats > 0, text.hasEmail { found(.email) }
  if summary.digits >= 9 {
    if summary.dashes >= 2, text.hasGrouped([3, 2, 4], separators: [0x2D], where: isSocialSecurity) {
      found(.socialSecurityNumber)
    }
    if summary.digits >= 10, text.hasPhone { found(.phone) }
  }
  if summary.isDialled, (7...15).contains(summary.digits) { found(.dialled) }
  if summary.dots >= 3, text.hasAddressIPv4 { found(.ipAddress) }
  if summary.colons > 0 || summary.dots >= 2 {
    if text.hasWebAddress { found(.url) }
    if summary.colons == 5 || summary.dashes == 5, text.isHardwareAddress { found(.macAddress) }
    if summary.colons >= 2, text.isAddressIPv6 { found(.ipAddress) }
  } else if summary.dashes == 5, text.isHardwareAddress {
    found(.macAddress)
  }
  if isAlphanumeric, summary.digits > 0, summary.letters > 0 {
    if bytes.count == 17 {
      if text.hasVehicleAlphabet { found(.vehicleLength) }
      if text.isVehicleNumber { found(.vehicleNumber) }
    }
    if bytes.count == 11, text.isMedicareNumber { found(.medicareNumber) }
    if bytes.count == 9, text.isEnforcementNumber { found(.enforcementNumber) }
  }
  if summary.digits >= 10, summary.letters >= 2, text.isBankAccount { found(.bankAccount) }
  if summary.dashes == 4, bytes.count == 36, text.isUUID { found(.uuid) }
  if summary.digits >= 16, text.startsWith("(01)") { found(.productIdentifier) }
  if text.isImage(hasDots: summary.dots > 0) { found(.image) }
  if bytes.count >= 40, text.startsWith("Rk1S") { found(.fingerprintRecord) }
  if summary.dashes == 1, bytes.count == 10, summary.digits == 9, bytes[5] == 0x2D { found(.longPostalCode) }
  if summary.letters > 0, bytes.count <= 8, text.isLetteredPostalCode { found(.postalCode) }
  if summary.spaces >= 2, summary.digits > 0, summary.letters > 0, text.isStreetAddress {
    found(.streetAddress)
  }
  if summary.digits == 0, summary.letters > 1 {
    found(.words)
    if bytes.count <= 60, text.hasGivenName { found(.personName) }
  }
  if summary.spaces >= 2 { found(.phrase) }
  if summary.spaces >= 8, bytes.count >= 60 { found(.longText) }
  if summary.spaces >= 30, bytes.count >= 240 { found(.veryLongText) }
  if summary.digits > 0, summary.spaces == 0, (4...40).contains(bytes.count) { found(.code) }
}

extension ByteSummary {
  /// Letters, digits and dashes, as a number of a record has them; what is measured has a point or a comma.
  var isRecordNumberLike: Bool {
    digits >= 4 && digits + letters >= RecordNumbers.shortest
      && spaces + dots + colons + slashes + ats + others == 0
  }
}

/// Number ranges that were never given out are no social security numbers.
private func isSocialSecurity(_ groups: [Int]) -> Bool {
  groups[0] > 0 && groups[0] != 666 && groups[0] < 900 && groups[1] > 0 && groups[2] > 0
}
