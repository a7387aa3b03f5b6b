internal import BedrockMetering
internal import Foundation
internal import MeteringLake

/// A line of a file for replay: a rejected line's place, and what it shall have been.
struct RepairedLine: Decodable {
    var object: String
    var line: Int
    var byte_offset: Int?
    var reason: String?
    /// The repaired text, which goes before ``raw_base64`` as files of rejects have it.
    var raw: String?
    var raw_base64: Data?

    /// The repaired line, on one line: between the values of JSON, line ends mean nothing.
    var bytes: [UInt8]? {
        (raw.map { Array($0.utf8) } ?? raw_base64.map { Array($0) })?
            .map { $0 == 0x0a || $0 == 0x0d ? 0x20 : $0 }
    }

    /// Hands on the lines of a file, by their numbers from 1; nil if one cannot be read.
    ///
    /// - Throws: ``PipelineError`` if the file cannot be read or a line is longer than an event can be, and
    ///   what `body` throws.
    static func forEach(
        inFileAt path: String, limits: DecodingLimits,
        _ body: (_ number: Int, _ line: RepairedLine?) throws -> Void
    ) throws {
        let decoder = JSONDecoder()
        let reader = ChunkReader(of: try FileDescriptor.reading(path))
        // Escapes make six bytes of one.
        var lines = LineCutter(maximumSize: 6 * limits.maximumLineSize + 1 << 20)
        var number = 0
        func take(_ line: ArraySlice<UInt8>) throws {
            number += 1
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x0d }) { return }
            try body(number, try? decoder.decode(RepairedLine.self, from: Data(line)))
        }
        do {
            while let chunk = try reader.next() { try lines.add(chunk, take) }
            try lines.finish(take)
        } catch is LineCutter.TooLong {
            throw PipelineError(
                code: .usage, location: path,
                reason:
                    "line \(number + 1) is longer than an event can be, and nothing was taken; a "
                    + "larger --max-line-size reads it")
        }
    }

    /// Why a repaired line is no usage line; nil where it is one.
    static func fault(_ bytes: [UInt8], limits: DecodingLimits) -> String? {
        do {
            let decoded = try UsageRecordDecoder(limits: limits)
                .decode(Data(bytes + [0x0a]), named: "the repaired line")
            if let rejected = decoded.rejected.first { return "\(rejected.reason)" }
            return decoded.records.count == 1 ? nil : "is no usage line"
        } catch {
            return "is no usage line"
        }
    }
}
