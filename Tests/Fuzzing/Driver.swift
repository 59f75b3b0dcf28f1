import Glibc

/// libFuzzer's own loop: mutates, runs, keeps what reaches new code, and writes down what ends the process.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ argumentCount: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ tryOne: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

// Set once before the loop begins, which runs on the same thread.
nonisolated(unsafe) private var tried: any FuzzTarget = JSONTarget()

/// Runs the target that the first argument names; the arguments behind it are libFuzzer's.
func runFuzzing() -> Int32 {
  var arguments = CommandLine.arguments
  guard arguments.count > 1, let make = fuzzTargets.first(where: { $0.name == arguments[1] }) else {
    print("usage: fuzzing TARGET [libFuzzer's options] [corpus]")
    for target in fuzzTargets { print("  \(target.name)") }
    return 2
  }
  arguments.remove(at: 1)
  do { tried = try make.init() } catch {
    print("\(make.name): \(error)")
    return 2
  }
  var count = Int32(arguments.count)
  let copies = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: arguments.count + 1)
  for (index, argument) in arguments.enumerated() { copies[index] = strdup(argument) }
  copies[arguments.count] = nil
  var start = copies
  return runDriver(&count, &start) { bytes, count in
    tried.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
  }
}

/// A reader, and what must hold of whatever it is given.
protocol FuzzTarget {
  static var name: String { get }
  init() throws
  /// Reads bytes; a trap, or `broken`, is a finding.
  func run(_ bytes: [UInt8])
}

private var fuzzTargets: [any FuzzTarget.Type] {
  [
    CSVTarget.self, FHIRTarget.self, XGBoostJSONTarget.self, XGBoostUBJSONTarget.self, LightGBMTarget.self,
    JSONTarget.self, ZipTarget.self, AttestationTarget.self,
  ]
}

/// Ends the process as a trap would, so that the bytes that led here are kept.
func broken(_ what: String) -> Never {
  let line = Array("property broken: \(what)\n".utf8)
  _ = write(STDERR_FILENO, line, line.count)
  abort()
}

/// Demands a property of what was read.
func demand(_ holds: Bool, _ what: @autoclosure () -> String) {
  if !holds { broken(what()) }
}
