import CLinux
import Foundation
import ServiceRuntime
import TestSupport
import Testing

/// What changes the whole process is tried in a process of its own.
@Suite struct ProcessTests {
  @Test func terminationIsToldToWhoeverAsksAlsoLater() async {
    await #expect(processExitsWith: .exitCode(3)) {
      catchSignals()
      kill(getpid(), SIGTERM)
      let first = await termination()
      let second = await termination()
      exit(first == .terminate && second == .terminate ? 3 : 4)
    }
  }

  @Test func interruptIsToldToOneWhoWaits() async {
    await #expect(processExitsWith: .exitCode(3)) {
      let waiter = Task { await termination() }
      catchSignals()
      kill(getpid(), SIGINT)
      exit(await waiter.value == .interrupt ? 3 : 4)
    }
  }

  @Test func secondInterruptEndsTheProcess() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      catchSignals()
      kill(getpid(), SIGINT)
      _ = await termination()
      kill(getpid(), SIGINT)
      sleep(5)
    }
  }

  @Test func signalsThatNobodyCatchesStillEndTheProcess() async {
    await #expect(processExitsWith: .signal(SIGTERM)) {
      kill(getpid(), SIGTERM)
      sleep(5)
    }
  }

  @Test func hangUpIsAReloadAndNotAnEnd() async {
    await #expect(processExitsWith: .exitCode(3)) {
      let stream = reloads()
      kill(getpid(), SIGHUP)
      for await _ in stream { break }
      kill(getpid(), SIGTERM)
      exit(await termination() == .terminate ? 3 : 4)
    }
  }

  @Test func cancelledWaitEndsWithoutASignal() async {
    await #expect(processExitsWith: .exitCode(3)) {
      let waiter = Task { await termination() }
      waiter.cancel()
      exit(await waiter.value == nil ? 3 : 4)
    }
  }

  @Test func hardenedProcessCannotBeReadOrDumped() async {
    await #expect(processExitsWith: .exitCode(3)) {
      let wasDumpable = CLinux_dumpable() == 1
      let isComplete = hardenProcess()
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
      let isHard = limit.rlim_cur == 0 && limit.rlim_max == 0 && umask(0) == 0o077
      // A closed pipe would end an unhardened process.
      kill(getpid(), SIGPIPE)
      exit(wasDumpable && isComplete && CLinux_dumpable() == 0 && isHard ? 3 : 4)
    }
  }

  #if DEBUG
    @Test func faultPointEndsTheProcessAtItsTurn() async {
      await #expect(processExitsWith: .signal(SIGKILL)) {
        setenv("EQUIPOISE_FAULT", "after-sync:2", 1)
        faultPoint("before-sync")
        faultPoint("after-sync")
        faultPoint("after-sync")
        exit(4)
      }
    }

    @Test func otherFaultPointsDoNothing() async {
      await #expect(processExitsWith: .exitCode(3)) {
        setenv("EQUIPOISE_FAULT", "after-sync:2", 1)
        faultPoint("after-sync")
        faultPoint("before-sync")
        exit(3)
      }
      await #expect(processExitsWith: .exitCode(3)) {
        setenv("EQUIPOISE_FAULT", "a:0", 1)
        faultPoint("a")
        exit(3)
      }
    }

    @Test func clockOfADebugBuildFollowsItsFile() async {
      await #expect(processExitsWith: .exitCode(3)) {
        let path = FileManager.default.temporaryDirectory.path + "/offset-\(getpid())"
        defer { unlink(path) }
        setenv("EQUIPOISE_CLOCK_OFFSET_FILE", path, 1)
        let start = time(nil)
        let withoutFile = SystemClock().now() - Int64(start)
        try writeFileAtomically(Array("86400\n".utf8), to: path)
        usleep(150_000)
        let moved = SystemClock().now() - Int64(start)
        try writeFileAtomically(Array("tomorrow".utf8), to: path)
        usleep(150_000)
        let kept = SystemClock().now() - Int64(start)
        let day: ClosedRange<Int64> = 86_400...86_460
        unlink(path)
        exit((0...60).contains(withoutFile) && day.contains(moved) && day.contains(kept) ? 3 : 4)
      }
    }
  #endif

  /// The two names that could move or end a program from outside stand only where a release build does not
  /// look.
  @Test func releaseBuildHasNoBackDoor() throws {
    for file in ["Clock/ClockOffset.swift", "Clock/WallClock.swift", "Faults/FaultPoint.swift"] {
      let path = Repository.path("Sources/ServiceRuntime/\(file)")
      let lines = String(decoding: try fileBytes(path), as: UTF8.self).split(separator: "\n")
      var isDebug = false
      var mentions = 0
      for line in lines.map({ $0.drop { $0 == " " } }) where !line.hasPrefix("///") {
        if line.hasPrefix("#if ") { isDebug = line == "#if DEBUG" }
        if line.hasPrefix("#else") || line.hasPrefix("#endif") { isDebug = false }
        if ["getenv(", "kill(", "ClockOffset"].contains(where: line.contains) {
          mentions += 1
          #expect(isDebug, "\(file): \(line)")
        }
      }
      #expect(mentions > 0)
    }
  }
}

@Suite struct ManualClockTests {
  @Test func wallClockMayJumpAndTheOtherOnlyAdvances() {
    let clock = ManualClock(1000)
    clock.advance(seconds: 5)
    #expect(clock.now() == 1005 && clock.milliseconds() == 5000)
    clock.set(10)
    #expect(clock.now() == 10 && clock.milliseconds() == 5000)
    let system = SystemMonotonicClock()
    let first = system.milliseconds()
    #expect(system.milliseconds() >= first)
  }
}
