/// A column of the workspace: an input, and how its missing values are written so that a comparison alone
/// sends them the right way.
struct Slot: Sendable, Hashable {
  enum Form: UInt8, Sendable {
    /// Missing is below, or above, every threshold.
    case nanLow, nanHigh, zeroLow, zeroHigh, nanIsZero
    /// The bits are 32 and the category number; less is missing, and `Slot.otherCategory` is in no set.
    case category
    /// Infinite everywhere; the column of the leaves.
    case leaf
  }

  var feature: Int
  var form: Form

  /// Rows of a block, and so the length of a column.
  static let rows = 64
  /// More than any category number; as bits of a number, finite.
  static let otherCategory: UInt32 = 0x3FFF_FFFF
  /// LightGBM's zero threshold: binary32, also where it compares binary64.
  static let tiny = Double(Float(1e-35))
}

extension Forest {
  /// Writes the columns of up to `Slot.rows` rows, which lie one after the other with all their inputs.
  func fillColumns<Input: BinaryFloatingPoint>(
    _ columns: UnsafeMutablePointer<Real>, from rows: UnsafePointer<Input>, count: Int
  ) {
    // An infinite column is a missing input, or a leaf. LightGBM has splits at an infinite threshold, which an
    // infinite input must stay below.
    let tiny = rules.readsTinyAsZero ? Input(Slot.tiny) : -1
    let most = rules.readsTinyAsZero ? Real.greatestFiniteMagnitude : .infinity
    @inline(__always) func number(_ value: Input) -> Real {
      value.magnitude <= tiny ? 0 : min(Real(value), most)
    }
    for index in slots.indices {
      let slot = slots[index]
      let column = columns + index &* Slot.rows
      let source = rows + slot.feature
      switch slot.form {
      case .nanLow: fill(column, source, count) { $0 != $0 ? -.infinity : number($0) }
      case .nanHigh: fill(column, source, count) { $0 != $0 ? .infinity : number($0) }
      case .zeroLow: fill(column, source, count) { $0.magnitude > tiny ? number($0) : -.infinity }
      case .zeroHigh: fill(column, source, count) { $0.magnitude > tiny ? number($0) : .infinity }
      case .nanIsZero: fill(column, source, count) { $0 != $0 ? 0 : number($0) }
      case .category: fill(column, source, count) { Real(bitPattern: Real.Bits(category(Real($0)))) }
      case .leaf: break
      }
    }
  }

  @inline(__always)
  private func category(_ value: Real) -> UInt32 {
    if value != value { return 0 }
    // XGBoost takes nothing below zero; LightGBM truncates first, and so takes what is above -1.
    let isPossible = value < 16_777_216 && (rules.membersGoRight ? value >= 0 : value > -1)
    return isPossible ? UInt32(Int32(value) &+ 32) : Slot.otherCategory
  }

  @inline(__always)
  private func fill<Input: BinaryFloatingPoint>(
    _ column: UnsafeMutablePointer<Real>, _ source: UnsafePointer<Input>, _ count: Int,
    _ write: (Input) -> Real
  ) {
    var next = source
    for row in 0..<count {
      column[row] = write(next.pointee)
      next += featureCount
    }
  }
}
