/// What a column's name says that it holds, and which cells agree with the name.
///
/// A name alone refuses nothing: `phone` with 0 and 1 in it says whether there is one.
struct NamedColumn: Sendable {
  let kind: IdentifierKind
  let phrases: [[String]]
  let isSpared: @Sendable (ColumnWords) -> Bool
  /// The cells that are what the name says; the column is refused where these are at least half.
  let agreeing: @Sendable (ColumnTally) -> Int

  init(
    _ kind: IdentifierKind, _ names: String,
    except: @escaping @Sendable (ColumnWords) -> Bool = { _ in false },
    _ agreeing: @escaping @Sendable (ColumnTally) -> Int
  ) {
    self.kind = kind
    phrases = SiteEvaluation.phrases(names)
    isSpared = except
    self.agreeing = agreeing
  }

  /// Cells that are what the name says, where the name says it.
  func count(in tally: ColumnTally, named words: ColumnWords) -> Int {
    guard words.containsAny(phrases), !isSpared(words), !words.words.contains(where: Self.qualities.contains)
    else { return 0 }
    return agreeing(tally)
  }

  /// Words after which a name speaks about the thing, not of it: `city_size`, `phone_known`, `email_status`.
  private static let qualities: Set<String> = [
    "type", "size", "class", "category", "status", "known", "flag", "count", "present", "has", "is",
    "missing",
    "level", "quality", "population", "score", "reason", "changed", "verified", "available",
  ]

  // MARK: The rules

  static let all: [NamedColumn] = [
    NamedColumn(
      .name,
      """
      first name, last name, middle name, full name, family name, given name, maiden name, legal name, birth name
      surname, forename, fname, lname, patient name, pt name, pat name, nok name, kin name, mother name
      father name, spouse name, guardian name, contact name, employer name, guarantor name, subscriber name
      person name, alias name, middle initial, next of kin, emergency contact, initials
      """, words),
    // "name" alone, or with a number: anything else before it says whose name it is, as in drug_name.
    NamedColumn(.name, "name, names", except: { $0.words.count > 1 }) { tally in
      tally.count(.personName) * 5 >= tally.filled ? words(tally) : 0
    },
    NamedColumn(.geography, "zip, zipcode, zip code, postal code, postcode, post code, postal, plz") {
      tally in
      tally.digitLengths[5] + tally.digitLengths[9] + tally.count(.longPostalCode) + tally.count(.postalCode)
    },
    NamedColumn(
      .geography, "address, addr, street, street address, address line, residence, home address",
      except: {
        $0.containsAny([["ip"], ["mac"], ["email"], ["mail"], ["web"], ["url"], ["known"], ["changed"]])
      }
    ) { $0.count(.phrase) + $0.count(.streetAddress) },
    NamedColumn(
      .geography,
      """
      city, town, county, municipality, village, suburb, borough, precinct, neighborhood, neighbourhood, parish
      place of birth, birthplace, birth place, home town
      """, words),
    NamedColumn(
      .geography,
      "latitude, longitude, geocode, geohash, census tract, census block, block group, gps, lat lon"
    ) { $0.numbers - $0.integers + $0.count(.code) },
    NamedColumn(.geography, "fips, census tract, fips code, county code") {
      $0.digitLengths[5] + $0.digitLengths[11] + $0.digitLengths[12]
    },
    NamedColumn(.date, birthNames) { $0.dates.total + $0.count(.compactDate) },
    NamedColumn(.fax, "fax, fax number, fax no, telefax, facsimile") { dialled($0) },
    NamedColumn(
      .phone,
      """
      phone, telephone, tel, mobile, phone number, cell phone, cellphone, mobile number, tel no, phone no
      contact number, home phone, work phone, pager
      """
    ) { dialled($0) },
    NamedColumn(.email, "email, e mail, mail address, email address") { $0.count(.email) },
    NamedColumn(.socialSecurityNumber, "ssn, social security, social sec, soc sec, ss number, socsec") {
      $0.digitLengths[4] + $0.digitLengths[8] + $0.digitLengths[9] + $0.count(.socialSecurityNumber)
    },
    NamedColumn(
      .medicalRecordNumber,
      """
      mrn, medical record, medical record number, medrec, med rec, mr number, mr no, chart number, chart no
      chart id, record number, hospital number, patient number, pat no, patient no, pt no, empi, epi id, unit record
      """
    ) { codes($0) },
    NamedColumn(
      .healthPlanNumber,
      """
      member id, member number, member no, subscriber id, subscriber number, insurance id, insurance number
      insurance no, policy number, policy no, policy id, beneficiary, beneficiary id, medicare number, medicare id
      medicare no, medicaid id, medicaid number, mbi, hicn, hic number, health plan number, health plan id
      group number, insured id
      """
    ) { codes($0) },
    NamedColumn(
      .accountNumber,
      """
      account, account number, account no, account id, acct, acct number, acct no, acct id, iban, bank account
      credit card, card number, card no, billing number, billing id, invoice number, invoice no, csn
      """
    ) { codes($0) },
    NamedColumn(
      .licenceNumber,
      """
      license, licence, license number, licence number, license no, licence no, driver license, drivers license
      driver licence, drivers licence, dl number, dl no, certificate number, certificate no, certificate id
      dea, dea number, dea no
      """
    ) { codes($0) },
    NamedColumn(
      .vehicle,
      """
      vin, vehicle id, vehicle identification, license plate, licence plate, number plate, plate number, plate no
      registration plate, vehicle number, vehicle registration, vehicle serial
      """
    ) { codes($0) },
    NamedColumn(
      .device,
      """
      device id, device identifier, device serial, device sn, serial number, serial no, serial, udi, imei, meid
      implant serial, implant id, mac address, device number
      """
    ) { codes($0) + $0.count(.macAddress) + $0.count(.uuid) + $0.count(.productIdentifier) },
    NamedColumn(.url, "url, uri, website, web site, homepage, home page, web address, profile link") {
      $0.count(.url)
    },
    NamedColumn(.ipAddress, "ip address, ip addr, ip, ipv") { $0.count(.ipAddress) },
    NamedColumn(
      .biometric,
      """
      fingerprint, finger print, voiceprint, voice print, faceprint, face print, palmprint, palm print
      retina scan, retinal scan, iris scan, iris code, biometric, biometrics, face encoding, face embedding
      voice recording, gait signature, dna sequence
      """
    ) { $0.texts },
    NamedColumn(
      .photograph,
      "photo, photograph, portrait, headshot, mugshot, face image, picture, selfie, image path, photo file"
    ) { $0.count(.image) + $0.count(.url) + $0.count(.code) },
    NamedColumn(
      .otherIdentifier,
      """
      passport, passport number, passport no, national id, national number, identity number, id card, nhs number
      nhs no, nino, tax id, tax number, taxpayer id, tin, aadhaar, aadhar, cpf, personnummer, student id, employee id
      employee number, staff id, badge number, military id, service number, username, user name, login, screen name
      accession number, accession no, accession, study instance uid, barcode, bar code, specimen number
      """
    ) { codes($0) + $0.count(.uuid) + $0.count(.words) },
    NamedColumn(
      .freeText,
      """
      note, notes, comment, comments, free text, freetext, narrative, remark, remarks, clinical text, report text
      report, impression, hpi, history of present illness, discharge summary, summary, letter, dictation
      """
    ) { $0.count(.phrase) },
  ]

  /// What the birth of a person is called.
  static let birthNames = """
    dob, birth date, birthdate, date of birth, birthday, born, birth dt, bdate, birth, date birth
    """

  @Sendable private static func words(_ tally: ColumnTally) -> Int {
    tally.count(.words) + tally.count(.phrase) / 2
  }

  @Sendable private static func codes(_ tally: ColumnTally) -> Int {
    tally.count(.code) + tally.digitLengths[4...].reduce(0, +)
  }

  @Sendable private static func dialled(_ tally: ColumnTally) -> Int {
    max(tally.count(.phone), tally.count(.dialled)) + tally.digitLengths[7...15].reduce(0, +)
  }
}
