import Foundation
import Parquet

/// Values as text that loses nothing: integers in decimal, booleans as 0 and 1, doubles as the 16
/// hexadecimal digits of their bits, byte arrays as two digits a byte.
enum Cells {
    struct Unreadable: Error {
        var text: String
    }

    static func texts(of data: ColumnData) -> [String?] {
        var values = texts(of: data.values).makeIterator()
        guard let presence = data.presence else { return Array(values) }
        return presence.map { $0 ? values.next() : nil }
    }

    private static func texts(of values: ColumnValues) -> [String] {
        switch values {
        case .booleans(let values): values.map { $0 ? "1" : "0" }
        case .int32s(let values): values.map { String($0) }
        case .int64s(let values): values.map { String($0) }
        case .doubles(let values): values.map { String(format: "%016lx", $0.bitPattern) }
        case .byteArrays(let values): (0..<values.count).map { hexadecimal(values[$0]) }
        case .dictionary(let indices, let entries):
            indices.map { hexadecimal(entries[Int($0)]) }
        }
    }

    static func values(
        _ texts: [String],
        of type: ParquetType,
        _ isDictionary: Bool
    ) throws -> ColumnValues {
        switch type {
        case .boolean: return .booleans(texts.map { $0 == "1" })
        case .int32, .date: return .int32s(try texts.map { try number($0, Int32.init) })
        case .int64, .timestamp, .int96Time:
            return .int64s(try texts.map { try number($0, Int64.init) })
        case .double:
            return .doubles(
                try texts.map { text in
                    Double(bitPattern: try number(text) { UInt64($0, radix: 16) })
                }
            )
        case .bytes, .string:
            guard isDictionary else { return .byteArrays(ByteArrays(try texts.map(bytes))) }
            // Behind one entry that is not used.
            var entries = ["ff"]
            var numbers = ["ff": UInt32(0)]
            let indices = texts.map { text in
                if let number = numbers[text] { return number }
                numbers[text] = UInt32(entries.count)
                entries.append(text)
                return UInt32(entries.count - 1)
            }
            return .dictionary(indices: indices, entries: ByteArrays(try entries.map(bytes)))
        }
    }

    private static func number<Value>(_ text: String, _ read: (String) -> Value?) throws -> Value {
        guard let value = read(text) else { throw Unreadable(text: text) }
        return value
    }

    private static func bytes(_ text: String) throws -> [UInt8] {
        let digits = try text.map { digit in
            guard let value = digit.hexDigitValue else { throw Unreadable(text: text) }
            return UInt8(value)
        }
        return stride(from: 0, to: digits.count - 1, by: 2).map {
            digits[$0] << 4 | digits[$0 + 1]
        }
    }

    private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }
}
