internal import BedrockMetering
package import Foundation
package import MeteringLake

/// A file that says when a night ended well last; an alarm rings where it grows old.
package struct Heartbeat: Sendable {
    private let path: String

    package init(at path: String) {
        self.path = path
    }

    /// Writes the file in one step.
    ///
    /// - Throws: ``PipelineError`` where that fails, with `damagedLake` where something else than a file is
    ///   in its place.
    package func beat(after summary: NightlySummary, at time: Date = Date()) throws(PipelineError) {
        let now = EventTime(microseconds: Int64(time.timeIntervalSince1970 * 1e6))
        let text = JSONText.object([
            ("ended_at", JSONText.quoted("\(now)")),
            ("day", summary.days.last.map { JSONText.quoted("\($0.day)") } ?? "null"),
        ])
        do throws(PipelineError) {
            let folder = try OpenFolder(following: Folder.parent(of: path))
            let file = try StagedFile(in: folder)
            try file.write(Array((text + "\n").utf8))
            try file.place(in: folder, as: Folder.name(of: path))
        } catch {
            guard error.code != .damagedLake else { throw error }
            throw PipelineError(
                code: .inputOutput, location: path,
                reason: "the heartbeat cannot be written: \(error.reason)")
        }
    }
}
