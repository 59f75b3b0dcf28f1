import Evidence
import Foundation
import TestSupport
import Testing

/// Readers we did not write; a test is reported as skipped where one is not installed.
@Suite struct ZipInteroperabilityTests {
  private static let hasUnzip = OtherProgram.path("unzip") != nil
  private static let hasPython = OtherProgram.path("python3") != nil

  @Test(.enabled(if: hasUnzip, "needs unzip")) func infoZipFindsNoFault() throws {
    try withContainer { path in
      #expect(try OtherProgram.run("unzip", ["-tqq", path]).status == 0)
      let listing = try OtherProgram.run("unzip", ["-Z1", path]).output
      #expect(listing == "mimetype\nbundle.json\nsites/north/aggregate.json\n")
    }
  }

  @Test(.enabled(if: hasPython, "needs python3")) func pythonReadsTheSameContent() throws {
    let script = """
      import sys, zipfile
      archive = zipfile.ZipFile(sys.argv[1])
      assert archive.testzip() is None
      for info in archive.infolist():
          print(info.filename, info.date_time[0], oct(info.external_attr >> 16), archive.read(info).decode())
      """
    try withContainer { path in
      let result = try OtherProgram.run("python3", ["-c", script, path])
      #expect(
        result.output == """
          mimetype 1980 0o100644 application/vnd.equipoise.evidence-bundle+zip
          bundle.json 1980 0o100644 {"format":"evidence-bundle/0"}
          sites/north/aggregate.json 1980 0o100644 {}

          """)
      #expect(result.status == 0)
    }
  }

  @Test(.enabled(if: hasPython, "needs python3")) func vectorsAreWhatTheirProgramMakes() throws {
    let program = Repository.path("protocols/vectors/container/make.py")
    let result = try OtherProgram.run("python3", [program, "--check"])
    #expect(result.status == 0)
    #expect(result.output == "")
  }

  private func withContainer(_ body: (String) throws -> Void) throws {
    try withTemporaryDirectory { folder in
      let path = folder + "/bundle.evb.zip"
      try Data(try writeZip(smallContainer)).write(to: URL(fileURLWithPath: path))
      try body(path)
    }
  }
}
