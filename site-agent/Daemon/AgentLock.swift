import SiteOperations
import Storage

/// One daemon a directory: two would ask and answer as one agent.
struct AgentLock {
  private let lock: StoreLock

  /// - Throws: `StorageError.inUse` when another daemon runs here.
  init(_ directory: AgentDirectory) throws(StorageError) {
    lock = try StoreLock(directory.path + "/daemon.lock")
  }
}
