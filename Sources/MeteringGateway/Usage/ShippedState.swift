internal import Foundation

/// How much of each segment has been delivered: a small file beside them.
///
/// It may lag behind, and lines are then delivered again, byte for byte.
struct ShippedState: Codable, Hashable, Sendable {
    struct Segment: Codable, Hashable, Sendable {
        /// Bytes, from the beginning.
        var bytes = 0
        /// Lines among them that no sink takes. A segment with such lines is kept.
        var refused = 0
        /// When the last of it was delivered, in seconds since 1970.
        var seconds: Int64 = 0
    }

    var segments: [String: Segment] = [:]

    static let fileName = "shipped.json"

    init() {}

    /// What the file says; nothing if there is none, or it cannot be read.
    init(_ folder: SpoolFolder) {
        let bytes = (try? folder.contents(Self.fileName)) ?? []
        self = (try? JSONDecoder().decode(Self.self, from: Data(bytes))) ?? Self()
    }

    func save(_ folder: SpoolFolder) throws(UsageError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let json = try? encoder.encode(self) else {
            throw UsageError("what was delivered has no form in JSON")
        }
        try folder.replace(Self.fileName, with: json + Data("\n".utf8))
    }

    /// Whether all of a segment is delivered, none of it in vain.
    func isDelivered(_ name: String, size: Int) -> Bool {
        guard let segment = segments[name] else { return size == 0 }
        return segment.bytes >= size && segment.refused == 0
    }

    /// The delivered segments that are to go: those that were delivered a week ago, and as many of the
    /// oldest as make room for `excess` bytes.
    func removable(
        of segments: [(name: String, size: Int)], excess: Int, at now: Date
    ) -> [String] {
        let weekAgo = Int64(now.timeIntervalSince1970) - 7 * 24 * 3600
        var excess = excess
        var names: [String] = []
        for (name, size) in segments where isDelivered(name, size: size) {
            let isOld = (self.segments[name]?.seconds ?? 0) <= weekAgo
            guard isOld || excess > 0 else { continue }
            names.append(name)
            excess -= size
        }
        return names
    }
}
