import Foundation
import Gzip

/// Writes a day of usage as export-task objects, the same bytes for the same numbers: 200 tenants,
/// 40,831 users, request ids, 1 % foreign lines, and 2 % of the lines delivered again.
struct LogGenerator {
    let lines: Int
    let objects: Int
    private var random = Generator(state: 20_251_207)
    private var users: [String] = []
    private static let models = [
        "anthropic.claude-3-haiku-20240307-v1:0", "us.anthropic.claude-sonnet-4-20250514-v1:0",
        "amazon.nova-lite-v1:0", "apac.amazon.nova-pro-v1:0",
    ]

    /// SplitMix64.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    init(lines: Int, objects: Int) {
        self.lines = lines
        self.objects = objects
        for _ in 0..<40_831 { users.append(uuid()) }
    }

    mutating func write(to folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let compressor = GzipCompressor(level: 6)
        var recent: [String] = []
        for object in 0..<objects {
            let count = lines / objects
            var text = ""
            var compressed = Data()
            for line in 0..<count {
                let microseconds =
                    (Int64(line) * 86_400_000_000 / Int64(count)
                        + Int64.random(in: 0..<40_000_000, using: &random)) % 86_400_000_000
                if random.next() % 50 == 0, let repeated = recent.randomElement(using: &random) {
                    text += repeated
                } else {
                    let message = message(at: microseconds)
                    text += message
                    if recent.count < 1000 {
                        recent.append(message)
                    } else {
                        recent[Int(random.next() % 1000)] = message
                    }
                }
                if text.utf8.count > 1 << 20 {
                    compressed += compressor.compress(text)
                    text = ""
                }
            }
            compressed += compressor.compress(text)
            let name = String(format: "%06d.gz", object)
            try compressed.write(to: folder.appendingPathComponent(name))
        }
    }

    private mutating func message(at microseconds: Int64) -> String {
        let seconds = microseconds / 1_000_000
        let time =
            digits(seconds / 3600, 2) + ":" + digits(seconds / 60 % 60, 2)
            + ":" + digits(seconds % 60, 2)
        let fraction = digits(microseconds % 1_000_000, 6)
        let header = "2025-12-07T\(time).\(fraction.prefix(3))Z "
        if random.next() % 100 == 0 {
            return header + "END RequestId: \(uuid())\n"
        }
        let input = random.next() % 4000 + 10
        let output = random.next() % 1500 + 1
        return header
            + #"{"timestamp": "2025-12-07T\#(time).\#(fraction)", "#
            + #""tenant_id": "tenant-\#(digits(Int64(random.next() % 200), 4))", "#
            + #""user_id": "\#(users[Int(random.next() % UInt64(users.count))])", "#
            + #""model_id": "\#(Self.models[Int(random.next() % 4)])", "#
            + #""input_tokens": \#(input), "output_tokens": \#(output), "#
            + #""total_tokens": \#(input + output), "event_type": "bedrock_token_usage", "#
            + #""request_id": "\#(uuid())"}"# + "\n"
    }

    private func digits(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: width - text.utf8.count) + text
    }

    private mutating func uuid() -> String {
        let high = random.next()
        let low = random.next()
        let hex = hexadecimal(high) + hexadecimal(low)
        var text = ""
        for (index, character) in hex.enumerated() {
            if [8, 12, 16, 20].contains(index) { text += "-" }
            text.append(character)
        }
        return text
    }

    private func hexadecimal(_ value: UInt64) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }
}

extension GzipCompressor {
    func compress(_ text: String) -> Data {
        Data(Array(text.utf8).withUnsafeBytes { compress($0) })
    }
}
