/// The bytes of one cell and the questions about their form. Nothing here copies them.
struct PatternText {
  let bytes: UnsafeBufferPointer<UInt8>

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  func startsWith(_ prefix: StaticString, at start: Int = 0) -> Bool {
    guard start >= 0, prefix.utf8CodeUnitCount <= bytes.count - start else { return false }
    for index in 0..<prefix.utf8CodeUnitCount
    where lower(bytes[start + index]) != lower(prefix.utf8Start[index]) {
      return false
    }
    return true
  }

  private func endsWith(_ suffix: StaticString) -> Bool {
    startsWith(suffix, at: bytes.count - suffix.utf8CodeUnitCount)
  }

  // MARK: Electronic addresses

  /// `local@domain.tld` anywhere.
  var hasEmail: Bool {
    for at in bytes.indices where bytes[at] == 0x40 {
      guard at > 0, isLocalPart(bytes[at - 1]) else { continue }
      var end = at + 1
      var lastDot: Int?
      while end < bytes.count, isHostByte(bytes[end]) {
        if bytes[end] == 0x2E { lastDot = end }
        end += 1
      }
      if let lastDot, lastDot > at + 1, end - lastDot > 2, isLetter(bytes[lastDot + 1]) { return true }
    }
    return false
  }

  /// `scheme://` or `www.` anywhere at the beginning of a word.
  var hasWebAddress: Bool {
    var position = 0
    while position + 4 < bytes.count {
      let begins = position == 0 || !isAlphanumeric(bytes[position - 1])
      if begins {
        switch lower(bytes[position]) {
        case 0x68:
          if startsWith("http://", at: position) || startsWith("https://", at: position) { return true }
        case 0x66: if startsWith("ftp://", at: position) { return true }
        case 0x77: if startsWith("www.", at: position), isAlphanumeric(bytes[position + 4]) { return true }
        default: break
        }
      }
      position += 1
    }
    return false
  }

  /// Four numbers up to 255 without leading zeros, with nothing of a number or word on either side.
  var hasAddressIPv4: Bool {
    var start = 0
    while start < bytes.count {
      if isDigit(bytes[start]), start == 0 || !(isAlphanumeric(bytes[start - 1]) || bytes[start - 1] == 0x2E),
        isAddressIPv4(from: start)
      {
        return true
      }
      start += 1
    }
    return false
  }

  private func isAddressIPv4(from start: Int) -> Bool {
    var position = start
    for part in 0..<4 {
      let first = position
      var value = 0
      while position < bytes.count, isDigit(bytes[position]), position - first < 4 {
        value = value * 10 + Int(bytes[position] - 0x30)
        position += 1
      }
      guard position > first, value < 256, position - first == 1 || bytes[first] != 0x30 else { return false }
      if part < 3 {
        guard position < bytes.count, bytes[position] == 0x2E else { return false }
        position += 1
      }
    }
    guard position < bytes.count else { return true }
    if bytes[position] == 0x2E { return position + 1 == bytes.count || !isDigit(bytes[position + 1]) }
    return !isAlphanumeric(bytes[position])
  }

  /// Eight groups of hexadecimal digits, or fewer around one `::`.
  var isAddressIPv6: Bool {
    var groups = 0
    var length = 0
    var gaps = 0
    for (index, byte) in bytes.enumerated() {
      if byte == 0x3A {
        if index > 0, bytes[index - 1] == 0x3A { gaps += 1 }
        if length > 0 { groups += 1 }
        length = 0
      } else {
        guard isHexadecimal(byte), length < 4 else { return false }
        length += 1
      }
    }
    if length > 0 { groups += 1 }
    return gaps == 0 ? groups == 8 : gaps == 1 && (1...7).contains(groups)
  }

  /// Six pairs of hexadecimal digits.
  var isHardwareAddress: Bool {
    guard bytes.count == 17, bytes[2] == 0x3A || bytes[2] == 0x2D else { return false }
    return bytes.indices.allSatisfy { $0 % 3 == 2 ? bytes[$0] == bytes[2] : isHexadecimal(bytes[$0]) }
  }

  var isUUID: Bool {
    bytes.indices.allSatisfy {
      [8, 13, 18, 23].contains($0) ? bytes[$0] == 0x2D : isHexadecimal(bytes[$0])
    }
  }

  // MARK: Numbers in groups

  /// Groups of digits of these lengths with one of the separators between, no digit or letter on either side.
  func hasGrouped(_ lengths: [Int], separators: [UInt8], where isAllowed: ([Int]) -> Bool) -> Bool {
    let size = lengths.reduce(lengths.count - 1, +)
    guard bytes.count >= size else { return false }
    for start in 0...(bytes.count - size) where isDigit(bytes[start]) {
      if start > 0, isAlphanumeric(bytes[start - 1]) || bytes[start - 1] == 0x2D || bytes[start - 1] == 0x2E {
        continue
      }
      let end = start + size
      if end < bytes.count, isAlphanumeric(bytes[end]) || bytes[end] == 0x2D { continue }
      if let groups = groups(lengths, from: start, separators: separators), isAllowed(groups) { return true }
    }
    return false
  }

  private func groups(_ lengths: [Int], from start: Int, separators: [UInt8]) -> [Int]? {
    var position = start
    var values: [Int] = []
    for (index, length) in lengths.enumerated() {
      if index > 0 {
        guard separators.contains(bytes[position]) else { return nil }
        position += 1
      }
      var value = 0
      for _ in 0..<length {
        guard isDigit(bytes[position]) else { return nil }
        value = value * 10 + Int(bytes[position] - 0x30)
        position += 1
      }
      values.append(value)
    }
    return values
  }

  /// `(212) 555-0123`, `212-555-0123`, `212.555.0123` as the North American plan allows them, or `+` and ten to
  /// fifteen digits in groups.
  var hasPhone: Bool {
    func isNorthAmerican(_ groups: [Int]) -> Bool { groups[0] >= 200 && groups[1] >= 200 }
    if hasGrouped([3, 3, 4], separators: [0x2D], where: isNorthAmerican)
      || hasGrouped([3, 3, 4], separators: [0x2E], where: isNorthAmerican)
    {
      return true
    }
    for start in bytes.indices where bytes[start] == 0x28 || bytes[start] == 0x2B {
      var digits = 0
      var gaps = 0
      var position = start + 1
      while position < bytes.count, digits < 16 {
        if isDigit(bytes[position]) {
          digits += 1
        } else if [0x20, 0x29, 0x28, 0x2D, 0x2E].contains(bytes[position]) {
          gaps += 1
        } else {
          break
        }
        position += 1
      }
      let closes = start + 4 < bytes.count && bytes[start + 4] == 0x29
      if bytes[start] == 0x28, closes, digits == 10 { return true }
      if bytes[start] == 0x2B, (10...15).contains(digits), gaps > 0 || start == 0 { return true }
    }
    return false
  }

  // MARK: Numbers with a check digit

  /// The letters of a vehicle number: no I, O, Q.
  var hasVehicleAlphabet: Bool {
    bytes.allSatisfy { isAlphanumeric($0) && ![0x69, 0x6F, 0x71].contains(lower($0)) }
  }

  /// 49 CFR 565.15: weights, transliteration, the ninth place is the remainder modulo 11.
  var isVehicleNumber: Bool {
    guard bytes.count == 17, hasVehicleAlphabet else { return false }
    let weights = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]
    let values = [1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 0, 7, 0, 9, 2, 3, 4, 5, 6, 7, 8, 9]
    var sum = 0
    for index in 0..<17 {
      let byte = lower(bytes[index])
      sum += weights[index] * (isDigit(byte) ? Int(byte - 0x30) : values[Int(byte - 0x61)])
    }
    let check = lower(bytes[8])
    return sum % 11 == 10 ? check == 0x78 : check == UInt8(0x30 + sum % 11)
  }

  /// The eleven places of a Medicare beneficiary identifier: digit, letter, either; S, L, O, I, B, Z are no letters.
  var isMedicareNumber: Bool {
    let form: StaticString = "9AX9AX9AA99"
    guard bytes.count == 11, bytes[0] != 0x30 else { return false }
    for index in 0..<11 {
      let byte = bytes[index]
      let isLetter = isLetter(byte) && ![0x73, 0x6C, 0x6F, 0x69, 0x62, 0x7A].contains(lower(byte))
      switch form.utf8Start[index] {
      case 0x39: guard isDigit(byte) else { return false }
      case 0x41: guard isLetter else { return false }
      default: guard isDigit(byte) || isLetter else { return false }
      }
    }
    return true
  }

  /// Two letters and seven digits, the last of which checks the others (the DEA's registration number).
  var isEnforcementNumber: Bool {
    guard bytes.count == 9, isLetter(bytes[0]), isLetter(bytes[1]), bytes[2...].allSatisfy(isDigit) else {
      return false
    }
    let digits = bytes[2...].map { Int($0 - 0x30) }
    return (digits[0] + digits[2] + digits[4] + 2 * (digits[1] + digits[3] + digits[5])) % 10 == digits[6]
  }

  /// ISO 13616: the rest modulo 97 is 1; spaces do not count.
  var isBankAccount: Bool {
    var tail = 0
    var head = 0
    var length = 0
    for byte in bytes where byte != 0x20 {
      guard isDigit(byte) || isLetter(byte) else { return false }
      if length < 2 ? !isLetter(byte) : length < 4 && !isDigit(byte) { return false }
      let value = isDigit(byte) ? Int(byte - 0x30) : Int(lower(byte) - 0x61) + 10
      if length < 4 {
        head = (head * (value < 10 ? 10 : 100) + value) % 97
      } else {
        tail = (tail * (value < 10 ? 10 : 100) + value) % 97
      }
      length += 1
    }
    guard (15...34).contains(length) else { return false }
    // The first four places go to the end: two letters of two digits each, and two digits.
    return (tail * (1_000_000 % 97) + head) % 97 == 1
  }

  /// The check digit of card numbers and of device numbers (ISO/IEC 7812).
  var hasLuhnDigit: Bool {
    var sum = 0
    for (index, byte) in bytes.reversed().enumerated() {
      guard isDigit(byte) else { return false }
      let digit = Int(byte - 0x30)
      sum += index % 2 == 0 ? digit : digit < 5 ? digit * 2 : digit * 2 - 9
    }
    return sum % 10 == 0
  }

  // MARK: Images

  /// An image in the cell, or the path of one.
  func isImage(hasDots: Bool) -> Bool {
    if bytes.count >= 16, startsWith("data:image") || startsWith("iVBORw0KGgo") || startsWith("/9j/") {
      return true
    }
    guard hasDots, bytes.count >= 5 else { return false }
    return endsWith(".jpg") || endsWith(".jpeg") || endsWith(".png") || endsWith(".gif") || endsWith(".bmp")
      || endsWith(".tif") || endsWith(".tiff") || endsWith(".heic") || endsWith(".webp") || endsWith(".dcm")
  }

  // MARK: Bytes

  private func isLocalPart(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || [0x2E, 0x2D, 0x5F, 0x2B, 0x25].contains(byte)
  }

  private func isHostByte(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || byte == 0x2D || byte == 0x2E }
}

func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }
/// The lower-case letter of a letter, any other byte as it is.
func lower(_ byte: UInt8) -> UInt8 { isLetter(byte) ? byte | 0x20 : byte }
