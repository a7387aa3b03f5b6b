package import Foundation

/// Times in the forms that services write them.
package enum ServiceTime {
    /// `Sun, 06 Nov 1994 08:49:37 GMT`, the preferred form of RFC 9110, section 5.6.7.
    package static func date(ofHeader text: String) -> Date? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = number(words[1]),
            let month = months.firstIndex(of: words[2]), let year = number(words[3])
        else { return nil }
        let time = words[4].split(separator: ":").map { number($0) }
        guard time.count == 3, let hour = time[0], let minute = time[1], let second = time[2]
        else { return nil }
        return date(year, month + 1, day, hour, minute, Double(second))
    }

    /// `2025-12-07T01:23:45.678Z`, with or without a fraction, or with an offset such as `+01:00` in place
    /// of the `Z`: the form of RFC 3339, section 5.6.
    package static func date(ofTimestamp text: String) -> Date? {
        let zone = text.hasSuffix("Z") ? "Z" : text.suffix(6)
        guard let offset = seconds(ofZone: zone) else { return nil }
        let parts = text.dropLast(zone.count).split(
            omittingEmptySubsequences: false, whereSeparator: { "-T:".contains($0) })
        guard parts.count == 6, let year = number(parts[0]), let month = number(parts[1]),
            let day = number(parts[2]), let hour = number(parts[3]),
            let minute = number(parts[4]), let second = seconds(parts[5])
        else { return nil }
        return date(year, month, day, hour, minute, second)?.addingTimeInterval(-offset)
    }

    private static func number(_ text: some StringProtocol) -> Int? {
        ServiceNumber.number(text, upTo: 9999).map { Int($0) }
    }

    /// Seconds with or without a fraction. `Double` takes `nan`, `1e1` and `0x1p3` as well.
    private static func seconds(_ text: some StringProtocol) -> Double? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ ServiceNumber.number($0, upTo: .max) != nil })
        else { return nil }
        return Double(text)
    }

    private static func seconds(ofZone zone: Substring) -> TimeInterval? {
        if zone == "Z" { return 0 }
        let numbers = zone.dropFirst().split(separator: ":").map { number($0) }
        guard let sign = zone.first, sign == "+" || sign == "-", numbers.count == 2,
            let hours = numbers[0], let minutes = numbers[1], (0...23).contains(hours),
            (0...59).contains(minutes)
        else { return nil }
        return TimeInterval((hours * 60 + minutes) * 60 * (sign == "+" ? 1 : -1))
    }

    private static let months: [Substring] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func date(
        _ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Double
    ) -> Date? {
        guard (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0.0..<61.0).contains(second)
        else { return nil }
        var parts = tm()
        parts.tm_year = Int32(year - 1900)
        parts.tm_mon = Int32(month - 1)
        parts.tm_mday = Int32(day)
        parts.tm_hour = Int32(hour)
        parts.tm_min = Int32(minute)
        let time = timegm(&parts)
        return Date(timeIntervalSince1970: Double(time) + second)
    }
}
