package import BedrockMetering

/// A line about a call on its way to those who bill by it: a usage line, or that of an unknown call.
package struct UsageEvent: Sendable, Hashable {
    /// The line, without a line feed. It is made once, and never again in other bytes.
    package var bytes: [UInt8]

    package init(_ line: UsageLine) {
        bytes = line.bytes
    }

    package init(_ line: UnknownCallLine) {
        bytes = line.bytes
    }

    /// A line as a journal has it.
    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The day of the line's own time, as `2025-12-07`.
    var date: String {
        String(decoding: bytes.dropFirst(Self.start.count).prefix(10), as: UTF8.self)
    }

    /// The line's own time in milliseconds since 1970; nil if it does not begin with one.
    var milliseconds: Int64? {
        let size = Self.start.count + EventTime.textSize
        guard bytes.count > size, bytes.starts(with: Self.start), let day = UsageDay(date) else {
            return nil
        }
        let time = bytes[Self.start.count + 11..<size]
        func number(_ range: Range<Int>) -> Int64? {
            Int64(
                String(
                    decoding: time.dropFirst(range.lowerBound).prefix(range.count), as: UTF8.self))
        }
        guard let hour = number(0..<2), let minute = number(3..<5), let second = number(6..<8),
            let thousandth = number(9..<12)
        else { return nil }
        return day.start.microseconds / 1000 + ((hour * 60 + minute) * 60 + second) * 1000
            + thousandth
    }

    private static let start = Array(#"{"timestamp":""#.utf8)

    /// The id of the call that a line is about; nil if it tells none.
    ///
    /// In a line of ours, what stands in names cannot look like a key, as quotes in it are escaped.
    static func callID(in line: some RandomAccessCollection<UInt8>) -> String? {
        guard let key = line.firstRange(of: key) else { return nil }
        let value = line[key.upperBound...]
        return String(decoding: value.prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }

    private static let key = Array(#","call_id":""#.utf8)
}
