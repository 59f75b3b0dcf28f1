import ServiceRuntime

let synthesizeCommand = Command(
  "dataset synthesize", "make a synthetic hospital", [], example: "dataset synthesize"
) { _, _ in .bug }
