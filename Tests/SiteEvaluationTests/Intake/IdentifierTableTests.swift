import SiteEvaluation
import Testing

/// For each kind columns that are refused, by their name and cells or by their cells alone, and columns that look like it.
private let refused: [(kind: IdentifierKind, column: String, cells: [String])] = [
  (.name, "pt_last_name", ["Okafor", "Lindqvist", "Nakamura"]),
  (.name, "FirstName", ["Ines", "Bo", "Ana-Maria"]),
  (
    .name, "col7",
    [
      "Smith, Mary", "James Okafor", "Linda Berg", "Omar Said", "Patricia Wu", "Robert Diaz", "Jennifer Ek",
      "Michael Ott", "Susan Roth", "David Kim", "Karen Holt", "Thomas Lund",
    ]
  ),
  (.geography, "zip", ["02139", "10001", "94110"]),
  (.geography, "PostalCode", ["02139-4301", "10001", "94110"]),
  (.geography, "postcode", ["SW1A 1AA", "M1 1AE", "EC1A 1BB"]),
  (.geography, "city", ["Springfield", "Lowell"]),
  (.geography, "home_address", ["12 Long Lane", "5 Elm Street Apt 2"]),
  (.geography, "field3", ["1600 Pine Avenue", "12B Old Mill Rd", "7 North Elm St, Lowell"]),
  (.date, "dob", ["1961-03-02", "1975-12-30"]), (.date, "DateOfBirth", ["3/2/1961", "12/30/1975"]),
  (.date, "birth_date", ["19610302", "19751230"]), (.ageOver89, "age", ["54", "93"]),
  (.ageOver89, "AgeAtAdmission", ["97.5", "12"]), (.ageOver89, "birth_year", ["1920", "1971"]),
  (.phone, "phone", ["2125550123", "6175550199"]), (.phone, "remark1", ["call (212) 555-0123", "ok"]),
  (.phone, "x", ["212-555-0123", "none"]), (.phone, "x", ["+44 20 7946 0958", "none"]),
  (.fax, "fax_no", ["212-555-0123", "617-555-0199"]), (.email, "x", ["none", "mary.s@example.org"]),
  (.socialSecurityNumber, "x", ["none", "219-09-9999"]),
  (.socialSecurityNumber, "SSN", ["219099999", "457555462"]),
  (.medicalRecordNumber, "mrn", ["00123456", "00123457"]),
  (.medicalRecordNumber, "medical_record_number", ["A-10234", "A-10235"]),
  (.healthPlanNumber, "subscriber_id", ["XWB4471021", "XWB4471022"]),
  (.healthPlanNumber, "x", ["1EG4TE5MK73", "1EG4TE5MK72"]),
  (.accountNumber, "acct_no", ["88120934", "88120935"]),
  (.accountNumber, "x", ["GB82 WEST 1234 5698 7654 32", "DE89370400440532013000"]),
  (
    .accountNumber, "x",
    ["4111111111111111", "5500005555555559", "4012888888881881", "5105105105105100", "4222222222222220"]
  ),
  (.licenceNumber, "drivers_license", ["S1234567", "D9876543"]),
  (.vehicle, "x", ["1M8GDM9AXKP042788", "11111111111111111A", "1HGCM82633A004352"]),
  (.vehicle, "license_plate", ["7ABC123", "4XYZ987"]),
  (.device, "device_serial", ["SN-0099812", "SN-0099813"]),
  (.device, "x", ["00:1B:44:11:3A:B7", "none"]), (.device, "udi", ["01008837400031", "01008837400048"]),
  (.url, "x", ["see https://example.org/p/12", "no"]), (.url, "x", ["www.example.org", "no"]),
  (.ipAddress, "x", ["10.12.0.7", "none"]), (.ipAddress, "x", ["2001:db8::ff00:42:8329", "none"]),
  (.biometric, "fingerprint", ["whorl left", "arch"]),
  (.biometric, "x", ["Rk1SACAyMAAAAADkAAABAAGQAMUAxQEAAAAoIEBYAB"]),
  (.photograph, "x", ["/scans/0012.jpg", "/scans/0013.jpg"]),
  (.photograph, "x", ["data:image/png;base64,iVBORw0KGgo", ""]),
  (.otherIdentifier, "passport_no", ["X1234567", "X1234568"]),
  (.otherIdentifier, "x", ["550e8400-e29b-41d4-a716-446655440000", "6fa459ea-ee8a-3ca4-894e-db77e160355e"]),
  (.freeText, "discharge_note", ["Patient seen, doing well today", "Transferred to the ward at noon"]),
  (.freeText, "x", [String(repeating: "seen on the ward and felt better ", count: 10)]),
]

private let spared: [(kind: IdentifierKind, column: String, cells: [String])] = [
  (.name, "drug_name", ["aspirin", "heparin"]), (.name, "name_known", ["yes", "no"]),
  (.name, "unit_name", ["Med-Surg ICU", "CCU"]), (.name, "name", ["glucose", "sodium", "lactate"]),
  (.geography, "zip3", ["021", "100", "941"]), (.geography, "zip", ["021", "100"]),
  (.geography, "heart_rate_city", ["62", "71"]), (.geography, "capacity", ["high", "low"]),
  (.geography, "city_size", ["large", "small"]),
  (.geography, "leukocytes", ["10234", "11321", "94110"]), (.geography, "state", ["MA", "NY"]),
  (.geography, "finding", ["2 mm St elevation", "1 vessel disease"]),
  (.date, "birth_weight", ["3210", "2980"]),
  (.date, "admitted", ["2025-03-02", "2025-03-03"]), (.date, "birth_year", ["1961", "1975"]),
  (.ageOver89, "age", ["54", "89", "> 89", "999"]), (.ageOver89, "age_band", ["80-89", "90-99"]),
  (.ageOver89, "age_days", ["400", "20"]), (.ageOver89, "triage", ["95", "97"]),
  (.ageOver89, "dosage", ["100", "250"]), (.phone, "has_phone", ["0", "1"]),
  (.phone, "platelets", ["250000", "412000"]), (.phone, "ratio", ["120-80", "002-1039", "006-104411"]),
  (.fax, "fax", ["yes", "no"]), (.email, "x", ["2 mg @ 8 h", "a@b"]),
  (.socialSecurityNumber, "x", ["123-456-789", "12-34-5678", "000-12-3456"]),
  (.socialSecurityNumber, "sodium", ["139", "142"]), (.medicalRecordNumber, "mrna_level", ["1250", "1310"]),
  (.medicalRecordNumber, "encounter_id", ["E000001", "E000002"]),
  (.medicalRecordNumber, "patient_id", ["002-1039", "002-1040"]),
  (.medicalRecordNumber, "mrn_known", ["1", "0"]),
  (.healthPlanNumber, "insurance", ["Medicare", "Private"]),
  (.healthPlanNumber, "x", ["123456789AB", "E0000000001"]),
  (.accountNumber, "account_type", ["self", "plan"]), (.accountNumber, "x", ["GB82 WEST 1234 5698 7654 33"]),
  (
    .accountNumber, "x",
    ["4111111111111112", "5500005555555550", "4012888888881882", "5105105105105101", "1"]
  ),
  (.licenceNumber, "licence", ["CC BY", "ODbL"]),
  (.vehicle, "x", ["1M8GDM9A1KP042788", "ABCDEFGH123456789"]),
  (.vehicle, "vin", ["1", "0"]), (.vehicle, "platelets", ["250", "310"]),
  (.device, "device_type", ["pump", "none"]),
  (.device, "serial_lactate", ["2.1", "3.4"]), (.device, "x", ["08:30:00", "12:44:59"]),
  (.url, "x", ["http", "awww.b"]), (.ipAddress, "software_version", ["7.1.0.2", "7.1.0.3"]),
  (.ipAddress, "x", ["2.16.840.1.113883", "1.2.3"]), (.ipAddress, "ip", ["1", "0"]),
  (.biometric, "diabetic_retinopathy", ["none", "mild"]), (.biometric, "iris", ["brown", "blue"]),
  (.photograph, "image_quality", ["good", "poor"]), (.photograph, "x", ["v2.1", "a.b"]),
  (.otherIdentifier, "diag_1", ["250.02", "V56"]),
  (.otherIdentifier, "x", ["550e8400-e29b-41d4-a716", "none"]),
  (.freeText, "admission_diagnosis", ["Rhythm disturbance (atrial, supraventricular)", "Sepsis, pulmonary"]),
  (.freeText, "note", ["0", "1"]),
]

@Suite struct IdentifierTableTests {
  @Test(
    "a column with identifiers is refused by column and kind, and nothing of a cell is said",
    arguments: refused)
  func identifierIsRefused(kind: IdentifierKind, column: String, cells: [String]) throws {
    let inspection = try inspected(table(column, cells))
    let found = inspection.findings.filter { $0.severity == .refusal }
    #expect(found.contains { $0.identifier == kind && $0.column == column }, "found \(found)")
    let error = IntakeError.refused(found)
    let message = "\(error) \(error.remedy) \(IntakeReport(found).lines)"
    #expect(message.contains("column \(column): \(kind.words)"))
    for cell in cells where cell.utf8.count > 3 { #expect(!message.contains(cell)) }
    #expect(!message.contains { $0.isNumber && !"89".contains($0) && !column.contains($0) })
  }

  @Test("a column that only looks like one is left alone", arguments: spared)
  func lookAlikeIsSpared(kind: IdentifierKind, column: String, cells: [String]) throws {
    let findings = try inspected(table(column, cells)).findings
    #expect(findings.isEmpty, "found \(findings)")
  }

  @Test func everyKindHasAColumnOfEachSort() {
    #expect(Set(refused.map(\.kind)) == Set(IdentifierKind.allCases))
    #expect(Set(spared.map(\.kind)) == Set(IdentifierKind.allCases))
    // The eighteen of the rule, A to R.
    #expect(Set(IdentifierKind.allCases.compactMap(\.paragraph)) == Set("ABCDEFGHIJKLMNOPQR"))
  }
}
