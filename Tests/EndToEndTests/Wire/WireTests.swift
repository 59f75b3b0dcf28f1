import Testing

/// The promises of the design over real processes: a coordinator and agents on loopback, asked by clients that we
/// did not write.
///
/// One test at a time: each has a deployment of its own, and several at once on a small machine would measure
/// each other.
@Suite(.serialized) enum WireTests {}

/// Those of them that mostly wait for a clock, beside the others.
@Suite(.serialized) enum WireWaitingTests {}
