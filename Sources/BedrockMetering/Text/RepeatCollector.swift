internal import Gzip

/// Collects the repeats of a text while it is written.
///
/// Stretches that follow each other at one distance become one repeat.
struct RepeatCollector {
    private var repeats: [Repeat] = []
    private var start = 0
    /// Where the last repeat ends, or -1 before the first one.
    private(set) var end = -1
    /// How far back the last repeat's bytes are.
    private(set) var distance = 0

    /// Whether bytes at `distance` can be pointed at.
    @inline(__always)
    static func reaches(_ distance: Int) -> Bool { distance <= Repeat.window }

    /// Adds the stretch `start..<end`, which does not begin before the last one's end.
    @inline(__always)
    mutating func append(from start: Int, to end: Int, distance: Int) {
        if start != self.end || distance != self.distance {
            close()
            self.start = start
            self.distance = distance
        }
        self.end = end
    }

    /// Makes the last stretch longer.
    @inline(__always)
    mutating func extend(to end: Int) {
        self.end = end
    }

    /// Puts the last stretch in the list, in pieces where it is too long, or not at all where it is
    /// too short.
    @inline(__always)
    private mutating func close() {
        while end &- start > Repeat.lengths.upperBound { closePart() }
        guard end &- start >= Repeat.lengths.lowerBound else { return }
        repeats.append(Repeat(position: start, length: end &- start, distance: distance))
    }

    @inline(never)
    private mutating func closePart() {
        // What is left is not too short.
        let length = Repeat.lengths.upperBound - Repeat.lengths.lowerBound
        repeats.append(Repeat(position: start, length: length, distance: distance))
        start += length
    }

    /// All repeats so far; there are none afterwards.
    mutating func take() -> [Repeat] {
        close()
        defer {
            repeats = []
            (start, end, distance) = (0, -1, 0)
        }
        return repeats
    }

    /// Takes back the memory of repeats that nobody reads any more.
    mutating func reuse(_ memory: consuming [Repeat]) {
        guard repeats.isEmpty, memory.capacity > repeats.capacity else { return }
        memory.removeAll(keepingCapacity: true)
        repeats = memory
    }
}
