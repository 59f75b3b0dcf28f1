package let reportRenderer = "equipoise-report/1"
package func renderReport(_ record: EvidenceRecord) -> [UInt8] { Array("<!doctype html>".utf8) }
