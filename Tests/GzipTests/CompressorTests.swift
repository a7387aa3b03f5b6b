import Foundation
import Gzip
import TestSupport
import Testing

/// The members that ``GzipCompressor`` makes.
struct CompressorTests {
    @Test(arguments: [1, 6, 9])
    func `the same input gives the same bytes`(level: Int) {
        let text = logText(lines: 2000)
        let used = GzipCompressor(level: level)

        // A compressor that has made other members before makes the same one.
        let first = text.withUnsafeBytes { used.compress($0) }
        _ = [UInt8](repeating: 3, count: 100_000).withUnsafeBytes { used.compress($0) }
        let second = text.withUnsafeBytes { used.compress($0) }

        #expect(first == second)
        #expect(first == member(text, level: level))
    }

    @Test func `the header holds no time, no name and no system`() {
        #expect(Array(member([1, 2, 3])[..<10]) == [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
    }

    @Test func `nothing compresses to a whole member`() throws {
        let empty = GzipCompressor(level: 6).compress(UnsafeRawBufferPointer(start: nil, count: 0))

        #expect(empty.count == 20)
        #expect(try Inflation.bytes(of: empty) == [])
    }

    @Test(arguments: [1, 6, 9])
    func `the gzip command reads the members`(level: Int) throws {
        let text = logText(lines: 3000)
        let stream = member(text[..<1000], level: level) + member(text[1000...], level: level)

        let read = try GzipCommand.run("-dc", input: stream)

        #expect(read == text)
    }

    @Test func `what the gzip command writes is read`() throws {
        let text = logText(lines: 3000)

        let stream = try GzipCommand.run("-c", input: text)

        #expect(try Inflation.bytes(of: stream) == text)
    }
}

/// The system's gzip(1).
enum GzipCommand {
    struct Failure: Error {
        let status: Int32
    }

    static func run(_ option: String, input: [UInt8]) throws -> [UInt8] {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try Data(input).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", option]
        process.standardInput = try FileHandle(forReadingFrom: file)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(status: process.terminationStatus)
        }
        return Array(data)
    }
}
