/// The schedule of rounds while a phase runs.
package struct MonitoringPlan: Sendable, Equatable {
  /// Days from the opening of one round to that of the next.
  package let everyDays: Int
  /// Days for which a round waits for sites.
  package let openDays: Int
  /// Fewest sites whose results make a round count.
  package let quorum: Int
  /// How many looks at the results are planned.
  package let looks: Int
}
