import Testing
@Suite struct VerdictTests {}
