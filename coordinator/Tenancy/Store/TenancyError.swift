package import Attestations
package import Cryptography
package import Storage

/// Why the tenancy could not do what it was asked: the machine's or an operator's fault, not a caller's.
package enum TenancyError: Error, Equatable {
  /// The audit log could not be written, so nothing was changed.
  case auditUnavailable(StorageError?)
  /// A change was made without an entry in the audit log; it was rolled back.
  case unaudited
  /// An entry of the audit log would not read back.
  case auditEntryMalformed(action: String)
  /// The store.
  case storage(StorageError)
  /// libcrypto, or a certificate's profile.
  case cryptography(CryptographyError)
  /// A key file.
  case file(KeyFileError)
  /// The evidence keys of a tenant.
  case identity(SigningIdentityError)
  /// The folder of a new deployment is there already.
  case exists(String)
  /// A part of a deployment's folder is missing or does not belong to the rest.
  case inconsistent(path: String, problem: String)
  /// A name for a deployment, a server or a person that cannot be used.
  case nameInvalid(String)
  /// A call of the system.
  case system(operation: String, path: String, reason: String)
  /// The tenant's authority was not installed yet.
  case notInstalled(tenant: String)
}

extension TenancyError {
  /// Whether space must be freed before a retry can succeed.
  package var isOutOfSpace: Bool {
    switch self {
    case .auditUnavailable(let error): error?.isOutOfSpace ?? false
    case .storage(let error): error.isOutOfSpace
    default: false
    }
  }
}

extension TenancyError: CustomStringConvertible {
  /// What is wrong.
  package var description: String {
    switch self {
    case .auditUnavailable(let error):
      "the audit log cannot be written" + (error.map { ": \($0)" } ?? "") + "; nothing was changed"
    case .unaudited: "a change without an entry in the audit log was rolled back"
    case .auditEntryMalformed(let action): "the audit entry \(action) would not read back"
    case .storage(let error): error.description
    case .cryptography(let error): error.description
    case .file(let error): error.description
    case .identity(let error): error.description
    case .exists(let path): "\(path) already exists"
    case .inconsistent(let path, let problem): "\(path): \(problem)"
    case .nameInvalid(let kind): "not a usable \(kind)"
    case .system(let operation, let path, let reason): "\(operation) of \(path) failed: \(reason)"
    case .notInstalled(let tenant): "the certificate of tenant \(tenant) was not installed yet"
    }
  }

  /// What the operator can do.
  package var remedy: String {
    switch self {
    case .auditUnavailable(let error): error?.remedy ?? "check the disk of the store"
    case .unaudited, .auditEntryMalformed: "report this as a defect with the log line"
    case .storage(let error): error.remedy
    case .cryptography(let error): error.remedy
    case .file(let error): error.remedy
    case .identity(let error): error.remedy
    case .exists: "choose a folder that is not there; a deployment is never overwritten"
    case .inconsistent: "restore the whole folder from one backup"
    case .nameInvalid:
      "use lower-case letters, digits and hyphens, in labels joined by dots where it is a host"
    case .system: "check the disk and the permissions of the folder"
    case .notInstalled: "sign the tenant's request with the root key and install the certificate"
    }
  }
}
