import CanonicalJSON
import EvaluationProtocols

/// Where a slice of the protocol stands in a window of an aggregate.
struct SlicePlace {
  let id: SliceID
  /// Positions of attribute and level; nil for overall.
  let attribute: Int?
  let level: Int?
}

/// A window of the matrix, and the windows of the protocol that are in it.
struct MatrixWindow {
  let id: String
  let indices: Range<Int>
}

extension EvaluationProtocol {
  /// Every slice in order: overall, then each attribute's levels.
  var slicePlaces: [SlicePlace] {
    [SlicePlace(id: .overall, attribute: nil, level: nil)]
      + attributes.enumerated().flatMap { attribute, definition in
        definition.levelIDs.enumerated().map { level, id in
          SlicePlace(id: SliceID(attribute: definition.id, level: id), attribute: attribute, level: level)
        }
      }
  }

  /// The windows of the matrix: each one, and all together where there are several.
  var matrixWindows: [MatrixWindow] {
    let single = windows.ids.enumerated().map { index, id in
      MatrixWindow(id: id, indices: index..<(index + 1))
    }
    return single.count > 1
      ? single + [MatrixWindow(id: WindowPlan.allID, indices: 0..<single.count)] : single
  }
}
