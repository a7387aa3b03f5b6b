internal import BedrockMetering
internal import Foundation

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

    /// The lines of a file, by their numbers from 1; nil where one cannot be read.
    static func lines(
        ofFileAt path: String
    ) throws(PipelineError) -> [(number: Int, line: RepairedLine?)] {
        let text = try InputFile.contents(of: path)
        let decoder = JSONDecoder()
        return text.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated()
            .filter { !$0.element.allSatisfy { $0 == 0x20 || $0 == 0x0d } }
            .map { ($0.offset + 1, try? decoder.decode(RepairedLine.self, from: $0.element)) }
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
