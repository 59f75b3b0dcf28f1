import Cryptography

/// Random bytes as lower-case hexadecimal digits.
///
/// - Throws: `CryptographyError` when there is no entropy.
func randomHex(bytes count: Int) throws(CryptographyError) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(
    decoding: try randomBytes(count).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
