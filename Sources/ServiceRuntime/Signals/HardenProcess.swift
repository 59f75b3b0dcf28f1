internal import CLinux
import Glibc

/// Makes the process what a daemon with keys in its memory should be. First call in `main`.
///
/// No core dump and no attaching debugger reads its memory, new files are its owner's only, and a closed pipe
/// or a file size limit is an error code and not the end.
///
/// - Returns: whether all of it worked; what did not is worth a warning, not a refusal to start.
@discardableResult
package func hardenProcess() -> Bool {
  signal(SIGPIPE, SIG_IGN)
  signal(SIGXFSZ, SIG_IGN)
  umask(0o077)
  var none = rlimit(rlim_cur: 0, rlim_max: 0)
  let hasNoCore = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) == 0
  return CLinux_forbid_dumping() == 0 && hasNoCore
}
