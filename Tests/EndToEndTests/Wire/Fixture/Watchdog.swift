import Foundation
import Glibc
import TestSupport

/// Ends what a test process leaves behind when it is ended itself, by a trap or from outside: a shell that waits
/// for the end of a pipe which only this process holds open.
enum Watchdog {
  /// Starts it; the pipe closes with this process.
  static func start() throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0, let shell = OtherProgram.path("sh") else { throw WireError("no watchdog") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let folder = FileManager.default.temporaryDirectory.path
    // Every process of these tests names its deployment's folder, and every folder this test process.
    let prefix = "\(folder)/\(Watchdog.prefix)"
    _ = try Child(
      shell,
      [
        "-c",
        """
        read -r _
        for path in /proc/[0-9]*; do
          case "$(tr '\\0' ' ' < "$path/cmdline" 2>/dev/null)" in
            *sh\\ -c*) ;;
            *"\(prefix)"*) kill -KILL "${path#/proc/}" ;;
          esac
        done
        umount --lazy "\(prefix)volume" 2>/dev/null
        rm -rf "\(prefix)"*
        """,
      ], log: "/dev/null", input: ends[0])
    close(ends[0])
  }

  /// The beginning of the names of all folders of this process.
  static let prefix = "equipoise-wire-\(getpid())-"
}
