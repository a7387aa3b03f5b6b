internal import Foundation

/// A time zone whose days and hours a query counts by, named as in the IANA database: `Asia/Seoul`.
///
/// It is made once and then a plain value: the changes of its offset that bear on the years 2020 to
/// 2050, so that asking it for a day reads nothing and two equal zones answer alike.
public struct UsageZone: Sendable, Hashable {
    /// The name that the zone was made by, and that Athena knows it by.
    public let identifier: String
    /// Stretches of one offset, in order; the first has no beginning.
    let stretches: [Stretch]

    /// Instants of one offset, up to the next stretch.
    struct Stretch: Sendable, Hashable {
        /// The first instant, in microseconds since 1970, UTC.
        var start: Int64
        /// What local time is ahead of UTC, in microseconds.
        var offset: Int64
    }

    /// Coordinated Universal Time, which queries count by unless they name another zone.
    public static let utc = UsageZone(
        identifier: "UTC", stretches: [Stretch(start: .min, offset: 0)])

    /// The zone of a name, such as `Asia/Seoul`, `America/Argentina/Buenos_Aires` or `UTC`.
    ///
    /// Only names of an area and a place are taken. `EST`, `Japan` or `GMT+9` are refused, and so is
    /// `Etc/GMT-9`: engines disagree about what some of them mean.
    ///
    /// - Throws: ``UsageZoneError`` where there is no such zone.
    /// - Complexity: an offset is looked up for each day from 2020 to 2050, in about a millisecond.
    public init(_ identifier: String) throws(UsageZoneError) {
        if ["UTC", "Etc/UTC"].contains(identifier) {
            self = .utc
            return
        }
        guard Self.isWellFormed(identifier), let zone = TimeZone(identifier: identifier),
            let stretches = Self.stretches(offset: { second in
                zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
            })
        else { throw UsageZoneError(identifier: identifier) }
        self.init(identifier: identifier, stretches: stretches)
    }

    init(identifier: String, stretches: [Stretch]) {
        self.identifier = identifier
        self.stretches = stretches
    }

    /// Whether a name is one of an area and a place, in letters, digits, `_`, `+` and `-`.
    static func isWellFormed(_ identifier: String) -> Bool {
        let parts = identifier.utf8.split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isWritten = parts.allSatisfy { part in
            !part.isEmpty
                && part.allSatisfy { byte in
                    (0x61...0x7a).contains(byte | 0x20) || ByteScan.isDigit(byte)
                        || "_+-".utf8.contains(byte)
                }
        }
        return isWritten && parts.count > 1 && !identifier.hasPrefix("Etc/")
            && identifier.utf8.count <= 64
    }

    /// The stretches of a zone by its `offset`, both in seconds; nil where they are not such as
    /// queries can count by.
    ///
    /// Since 2020, all zones are whole quarters of an hour from UTC, have changed at whole minutes, and
    /// have not changed back to a day that had ended. Queries rest on whole minutes and on days that
    /// follow each other.
    static func stretches(offset: (Int64) -> Int) -> [Stretch]? {
        let day = EventTime.perDay / EventTime.perSecond
        // A local day may begin the day before or end the day after, in UTC.
        let first = UsageDay.number(year: UsageDay.years.lowerBound, month: 1, day: 1) - 2
        let last = UsageDay.number(year: UsageDay.years.upperBound, month: 12, day: 31) + 2
        var known = offset(first * day)
        var stretches = [
            Stretch(start: .min, offset: Int64(known) * EventTime.perSecond)
        ]
        for number in first..<last {
            guard offset((number + 1) * day) != known else { continue }
            // Somewhere in this day: `before` has the known offset, `after` another one.
            var before = number * day
            var after = before + day
            while after - before > 1 {
                let middle = before + (after - before) / 2
                if offset(middle) == known { before = middle } else { after = middle }
            }
            let changed = offset(after)
            // A second change within a day would be missed.
            guard changed == offset((number + 1) * day), after.isMultiple(of: minute),
                (after + Int64(changed)).flooredQuotient(by: day)
                    >= (before + Int64(known)).flooredQuotient(by: day)
            else { return nil }
            known = changed
            stretches.append(
                Stretch(
                    start: after * EventTime.perSecond, offset: Int64(known) * EventTime.perSecond
                )
            )
        }
        let isWhole = stretches.allSatisfy { $0.offset.isMultiple(of: EventTime.perMinute) }
        return isWhole ? stretches : nil
    }

    private static let minute = EventTime.perMinute / EventTime.perSecond

    // MARK: Days

    /// The local day that an instant falls on.
    public func day(of time: EventTime) -> UsageDay {
        let offset = stretches.last { $0.start <= time.microseconds }?.offset ?? 0
        let (local, overflow) = time.microseconds.addingReportingOverflow(offset)
        return EventTime(microseconds: overflow ? time.microseconds : local).day
    }

    /// The instants of a period: from the first on its first day to the first after its last one.
    func instants(of period: UsagePeriod) -> Range<Int64> {
        start(of: period.first)..<start(of: period.last.advanced(by: 1))
    }

    /// The stretches that `instants` lie in, cut to them.
    func stretches(during instants: Range<Int64>) -> [Stretch] {
        let first = stretches.lastIndex { $0.start <= instants.lowerBound } ?? 0
        return stretches[first...].prefix { $0.start < instants.upperBound }.map { stretch in
            Stretch(start: max(stretch.start, instants.lowerBound), offset: stretch.offset)
        }
    }

    /// The first instant of a local day. Where midnight is skipped, that is the change of the offset.
    package func start(of day: UsageDay) -> Int64 {
        let midnight = day.start.microseconds
        // Local days follow each other, so the last stretch that begins before the day is the one.
        let index = stretches.lastIndex { stretch in
            stretch.start == .min || stretch.start + stretch.offset < midnight
        }
        guard let index else { return midnight }
        let (start, overflow) = midnight.subtractingReportingOverflow(stretches[index].offset)
        if overflow { return midnight }
        return index + 1 < stretches.count ? min(start, stretches[index + 1].start) : start
    }

    /// The UTC days that a period touches and that usage may fall on; those of the lake's partitions.
    func utcDays(of period: UsagePeriod) -> UsagePeriod {
        let instants = instants(of: period)
        let first = EventTime(microseconds: instants.lowerBound).day
        let last = EventTime(microseconds: instants.upperBound - 1).day
        let covered = UsagePeriod.covered
        // A local day's noon is less than a day from the UTC one, so a part of it is covered.
        return UsagePeriod(
            from: min(max(first, covered.first), covered.last),
            to: min(max(last, covered.first), covered.last)
        ) ?? period
    }
}

extension UsageZone: CustomStringConvertible {
    public var description: String { identifier }
}
