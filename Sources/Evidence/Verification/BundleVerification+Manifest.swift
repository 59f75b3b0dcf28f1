import Attestations
import CanonicalJSON
import Cryptography

extension BundleVerification {
  /// The coordinator's statement lists every file outside `seal/` once, with its digest.
  mutating func checkManifest(_ files: BundleFiles, at time: UTCTime) {
    let root: Certificate
    do { root = try Certificate(pem: files[BundlePath.coordinatorRoot]) } catch {
      add(.signature, rule: "root", file: BundlePath.coordinatorRoot, error.description, error.remedy)
      return
    }
    do {
      let pinned = trust?.rootKey(of: .evidence)
      let verified = try UnverifiedAttestation.parse(files[BundlePath.manifest]).verify(
        role: .evidence, predicateType: .manifest, root: root,
        pinnedRootKey: pinned ?? root.publicKey.digest, at: time)
      let listed = files.paths.filter { !$0.hasPrefix(BundlePath.sealFolder) }
      compare(verified.statement.subjects, with: listed, of: files)
      let counted = ManifestPredicate(
        files: listed.count, bytes: listed.reduce(0) { $0 + files[$1].count })
      if try ManifestPredicate(parsing: verified.predicate) != counted {
        add(
          .signature, rule: "manifestPredicate", file: BundlePath.manifest,
          "counts other files than are there", BundleVerification.askAgain)
      }
      if pinned == nil {
        add(
          .notPinned, rule: "coordinatorNotPinned", file: BundlePath.coordinatorRoot,
          "the coordinator's evidence key is not in the trust file; the bundle's own root is "
            + "\(Fingerprint(verified.rootKey))",
          "compare with what `coordinator status` shows, then `evidence trust add --coordinator`")
      } else {
        confirm("manifest: \(listed.count) files listed, signed under \(Fingerprint(verified.rootKey))")
      }
    } catch let error as AttestationError {
      let file = error.isAboutRoot ? BundlePath.coordinatorRoot : BundlePath.manifest
      add(.signature, rule: error.rule, file: file, error.description, error.remedy)
    } catch {
      add(.signature, rule: "manifest", file: BundlePath.manifest, "\(error)", BundleVerification.askAgain)
    }
  }

  // Every file that lies is named, not only the first.
  private mutating func compare(_ subjects: [Subject], with listed: [String], of files: BundleFiles) {
    var unseen = Dictionary(subjects.map { (Array($0.name.utf8), $0) }) { first, _ in first }
    for path in listed {
      guard let subject = unseen.removeValue(forKey: Array(path.utf8)) else {
        add(
          .signature, rule: "notInManifest", file: path, "is not in the signed manifest",
          BundleVerification.askAgain)
        continue
      }
      if subject.digest != Digest(of: files[path]) {
        add(
          .signature, rule: "digest", file: path,
          "is not the file that the manifest signs: it was changed after sealing", BundleVerification.askAgain
        )
      }
    }
    for subject in unseen.values.sorted(by: { $0.name.precedesInBytes($1.name) }) {
      add(
        .signature, rule: "manifestFileMissing", file: subject.name,
        "is in the signed manifest but not in the bundle", BundleVerification.askAgain)
    }
  }
}
