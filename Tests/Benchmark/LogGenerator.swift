import BedrockMetering
import Foundation
import Gzip

/// Writes usage as the gzip objects of export tasks, the same bytes for the same numbers.
struct LogGenerator {
    let folder: URL

    private static let day = "2025-12-07"

    /// A day, each object of which spans the day.
    func writeDay(lines: Int, objects: Int) async throws {
        var day = DayLines(of: Self.day)
        for object in 0..<objects {
            let name = String(format: "%06d.gz", object)
            try await write(lines / objects, of: &day, to: name)
        }
    }

    /// One object with lines of the day of ``writeDay(lines:objects:)`` that are not in it, as the
    /// export of the next day has them.
    func writeLate(lines: Int) async throws {
        var day = DayLines(of: Self.day, seed: 20_251_208)
        try await write(lines, of: &day, to: "20251208-000000.gz")
    }

    /// As many days up to 2025-12-07, each with objects of its own.
    func writeDays(_ days: Int, lines: Int, objectsPerDay objects: Int) async throws {
        guard let last = UsageDay(Self.day) else { return }
        for index in 0..<days {
            let date = "\(last.advanced(by: index + 1 - days))"
            var day = DayLines(of: date, seed: UInt64(index))
            for object in 0..<objects {
                let name = String(format: "\(date.filter { $0 != "-" })-%06d.gz", object)
                try await write(lines / days / objects, of: &day, to: name)
            }
        }
    }

    /// Writes an object of gzip members of some more than 1 MiB of text, which are compressed side by
    /// side while the next lines are made.
    private func write(_ lines: Int, of day: inout DayLines, to name: String) async throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let waiting = 2 * ProcessInfo.processInfo.activeProcessorCount
        var members: [Int: [UInt8]] = [:]
        var count = 0
        try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
            func compress(_ text: [UInt8]) async throws {
                if count >= waiting, let (index, member) = try await group.next() {
                    members[index] = member
                }
                group.addTask { [index = count] in
                    (index, text.withUnsafeBytes { GzipCompressor(level: 6).compress($0) })
                }
                count += 1
            }
            var text: [UInt8] = []
            for line in 0..<lines {
                day.append(line, of: lines, to: &text)
                if text.count > 1 << 20 {
                    try await compress(text)
                    text.removeAll()
                    text.reserveCapacity(1 << 20 + 1 << 12)
                }
            }
            try await compress(text)
            for try await (index, member) in group { members[index] = member }
        }
        var object = Data()
        for index in 0..<count { object += members[index] ?? [] }
        try object.write(to: folder.appendingPathComponent(name))
    }
}
