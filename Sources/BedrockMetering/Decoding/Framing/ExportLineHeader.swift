/// What an export task writes before each message: its time, and one space.
///
/// CreateExportTask writes `2025-12-07T01:23:45.678Z `; milliseconds since 1970 are taken as well,
/// where an object begins with them.
enum ExportLineHeader {
    enum Style {
        case iso8601, milliseconds
    }

    static let maximumSize = 25

    /// The style of the header at `start`, or nil where there is none.
    static func style(_ text: RawSpan, at start: Int, to end: Int) -> Style? {
        if size(.iso8601, text, at: start, to: end) != nil { return .iso8601 }
        if size(.milliseconds, text, at: start, to: end) != nil { return .milliseconds }
        return nil
    }

    /// The size in bytes of a header at `start`, or nil where there is none.
    @inline(__always)
    static func size(_ style: Style, _ text: RawSpan, at start: Int, to end: Int) -> Int? {
        switch style {
        case .iso8601:
            guard start &+ 25 <= end, text.byte(at: start &+ 24) == 0x20 else { return nil }
            // "YYYY-MM-", "DDThh:mm", ":ss.mmmZ": digits become values, the rest zero.
            let date = text.word(at: start) ^ 0x2d30_302d_3030_3030
            let hour = text.word(at: start &+ 8) ^ 0x3030_3a30_3054_3030
            let second = text.word(at: start &+ 16) ^ 0x5a30_3030_2e30_303a
            let dateCheck = (date &+ 0x7f76_767f_7676_7676) | date
            let hourCheck = (hour &+ 0x7676_7f76_767f_7676) | hour
            let secondCheck = (second &+ 0x7f76_7676_7f76_767f) | second
            let wrong = (dateCheck | hourCheck | secondCheck) & 0x8080_8080_8080_8080
            return wrong == 0 ? 25 : nil
        case .milliseconds:
            guard start &+ 14 <= end, text.byte(at: start &+ 13) == 0x20 else { return nil }
            for index in 0..<13 where !ByteScan.isDigit(text.byte(at: start &+ index)) {
                return nil
            }
            return 14
        }
    }

    /// The time that the header at `start` states, in microseconds since 1970.
    ///
    /// - Parameter parser: one that knows the date already costs less.
    static func time(
        _ style: Style, _ text: RawSpan, at start: Int, _ parser: inout TimestampParser
    ) -> Int64? {
        switch style {
        case .iso8601:
            return parser.parse(text, from: start, to: start + 24)?.microseconds
        case .milliseconds:
            var value: Int64 = 0
            for index in 0..<13 { value = value * 10 + Int64(text.byte(at: start + index) - 0x30) }
            return value * 1000
        }
    }
}
