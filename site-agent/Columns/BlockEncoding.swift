/// How the cells of one block are written. Format: `protocols/columns.md`, section "Blocks".
@usableFromInline
enum BlockEncoding: UInt8, Sendable {
  /// A byte a cell: its place among at most 256 texts.
  case codes = 1
  /// A `DecimalWord` of 32 bits a cell.
  case narrowDecimals = 2
  /// A `DecimalWord` of 64 bits a cell.
  case wideDecimals = 3
  /// The texts themselves, one a cell.
  case texts = 4

  /// The most different texts of a block, unless it is one of texts.
  static let maximumTexts = 256

  /// Bytes a cell, behind the texts.
  var width: Int {
    switch self {
    case .codes: 1
    case .narrowDecimals: 4
    case .wideDecimals: 8
    case .texts: 0
    }
  }
}
