import CanonicalJSON
import Cryptography

extension Amendment {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.previous = try object.required("previous").digest()
    self.reason = try object.required("reason").string()
    try object.finish()
  }
}

extension Authorship {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.vendor = try object.required("vendor").string(maximum: 200)
    self.protocolAuthors = try object.required("protocolAuthors").array(maximum: 64, minimum: 1)
      .map(Author.init(parsing:))
    self.modelAuthors = try object.required("modelAuthors").array(maximum: 64, minimum: 1)
      .map(Author.init(parsing:))
    try object.finish()
  }
}

extension Author {
  init(parsing field: DocumentField) throws(DocumentError) {
    var object = try field.object()
    self.name = try object.required("name").string(maximum: 200)
    self.organisation = try object.required("organisation").string(maximum: 200)
    self.fingerprint = try object.optional("fingerprint")?.digest()
    try object.finish()
  }
}
