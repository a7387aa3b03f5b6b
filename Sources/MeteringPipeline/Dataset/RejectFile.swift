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
    ) throws(PipelineError) {
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
        try staged.place(at: "\(lake.rejectedFolder)/\(name)")
    }

    private struct Line: Decodable {
        var raw_base64: Data
    }

    /// The bytes of all lines that are kept, by their checksums.
    static func bytesByChecksum(in lake: Lake) throws -> [Checksum: [UInt8]] {
        var bytes: [Checksum: [UInt8]] = [:]
        guard FileStatus.exists(lake.rejectedFolder) else { return bytes }
        for object in try lake.store.objects(at: lake.rejectedFolder) {
            guard let text = FileManager.default.contents(atPath: object.path) else { continue }
            for line in text.split(separator: 0x0a) {
                guard let line = try? JSONDecoder().decode(Line.self, from: line) else { continue }
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
        let plain = last.utf8.prefix(60).map { byte -> UInt8 in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            return isPlain ? byte : UInt8(ascii: "_")
        }
        // FNV-1a; these are no secrets, and 64 bits tell them apart.
        let hash = (object + text).utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        let padding = String(repeating: "0", count: 16 - digits.utf8.count)
        return "\(String(decoding: plain, as: UTF8.self))-\(padding)\(digits).jsonl"
    }
}
