internal import BedrockMetering
internal import Parquet

/// A column of another writer's Parquet file, whose values become members of JSON lines, one after
/// another.
struct ForeignColumn {
    let name: String
    private let type: ParquetType
    private let data: ColumnData
    /// `"name":`.
    private let key: [UInt8]
    private var row = 0
    /// The number of the next value among those that are there.
    private var next = 0

    init(_ name: String, _ data: ColumnData, of type: ParquetType) {
        self.name = name
        self.data = data
        self.type = type
        key = Array("\(JSONText.quoted(name)):".utf8)
    }

    /// Appends the member of the next row; a missing value is null, as in a line.
    mutating func appendNextMember(to line: inout [UInt8]) {
        line += key
        let isPresent = data.presence?[row] ?? true
        row += 1
        guard isPresent else {
            line += "null".utf8
            return
        }
        appendValue(next, to: &line)
        next += 1
    }

    private func appendValue(_ index: Int, to line: inout [UInt8]) {
        switch data.values {
        case .booleans(let values): line += (values[index] ? "true" : "false").utf8
        case .int32s(let values): line += "\(values[index])".utf8
        case .int64s(let values):
            switch type {
            case .timestamp(let unit, _): Self.append(values[index], in: unit, to: &line)
            case .int96Time: Self.append(values[index], in: .nanoseconds, to: &line)
            default: line += "\(values[index])".utf8
            }
        case .doubles(let values):
            let value = values[index]
            line += (value.isFinite ? "\(value)" : "null").utf8
        case .byteArrays(let texts): Self.append(texts[index], to: &line)
        case .dictionary(let indices, let entries):
            Self.append(entries[Int(indices[index])], to: &line)
        }
    }

    /// Appends a text as a JSON string. What is no UTF-8 stays so, for the decoder to reject.
    private static func append(_ text: ArraySlice<UInt8>, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                line.append(UInt8(ascii: "\\"))
                line.append(byte)
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                line += "\\u00".utf8
                line.append(digits[Int(byte >> 4)])
                line.append(digits[Int(byte & 15)])
            default: line.append(byte)
            }
        }
        line.append(UInt8(ascii: "\""))
    }

    /// Appends a time as ISO 8601, with as many digits as its unit has: how exact it is matters to which
    /// records are one. A time without a zone is taken for UTC, as in a line.
    private static func append(
        _ time: Int64, in unit: ParquetType.TimeUnit, to line: inout [UInt8]
    ) {
        let perSecond: Int64 =
            switch unit {
            case .milliseconds: 1_000
            case .microseconds: 1_000_000
            case .nanoseconds: 1_000_000_000
            }
        let seconds = time.flooredQuotient(by: perSecond)
        // Far outside of what is taken, and of what has four digits of a year.
        guard (0..<1 << 34).contains(seconds) else {
            line += "\"0001-01-01T00:00:00Z\"".utf8
            return
        }
        let text = EventTime(microseconds: seconds * EventTime.perSecond).description
        let fraction = String(perSecond + time - seconds * perSecond).dropFirst()
        line += "\"\(text.prefix(19)).\(fraction)Z\"".utf8
    }
}
