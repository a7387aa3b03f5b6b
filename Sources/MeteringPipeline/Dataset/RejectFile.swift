internal import BedrockMetering
internal import Foundation

/// The rejected lines of one object, kept under `_rejected` as JSON lines with the raw bytes in
/// Base64.
///
/// The file's name follows from the object's location and its rejected lines, so that reading an
/// object again adds nothing, and another object in its place takes nothing away.
enum RejectFile {
    static func write(
        _ lines: [RejectedLine], of object: String, to lake: Lake
    ) async throws(PipelineError) {
        var text = ""
        for line in lines {
            text += "{\"object\":\(JSONText.quoted(object)),\"line\":\(line.number)"
            text += ",\"byte_offset\":\(line.byteOffset)"
            text += ",\"reason\":\(JSONText.quoted(line.reason.description))"
            text += ",\"raw_base64\":\"\(Data(line.bytes).base64EncodedString())\"}\n"
        }
        let name = fileName(of: object, holding: text)
        let staged = try StagedFile(named: name, in: lake)
        try staged.write(Array(text.utf8))
        try await lake.keep(staged, at: "\(Lake.rejectedName)/\(name)")
    }

    private struct Line: Decodable {
        var raw_base64: Data
    }

    /// The bytes of all lines that are kept, by their checksums.
    static func bytesByChecksum(in lake: Lake) async throws -> [Checksum: [UInt8]] {
        var bytes: [Checksum: [UInt8]] = [:]
        for object in try await lake.objects(under: Lake.rejectedName) {
            guard let text = try? await lake.stores.read(object) else { continue }
            for line in text.split(separator: 0x0a) {
                guard let line = try? JSONDecoder().decode(Line.self, from: Data(line)) else {
                    continue
                }
                let raw = Array(line.raw_base64)
                bytes[Checksum(of: raw)] = raw
            }
        }
        return bytes
    }

    /// The object's own name, as far as it is plain, and a number that stands for its location and the
    /// text.
    private static func fileName(of object: String, holding text: String) -> String {
        let last = object.split(separator: "/").last ?? ""
        let plain = PlainName.plain(last)
        return PlainName.hidden(
            "\(plain)-\(PlainName.hash(of: object + text))", ending: "rejects")
    }
}
