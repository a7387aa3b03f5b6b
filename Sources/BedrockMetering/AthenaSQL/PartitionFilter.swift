/// The condition that limits a query to the partitions of a period.
enum PartitionFilter {
    /// Conditions on `year`, `month` and `day` as exact, padded strings, which is what prunes
    /// projected partitions; whole months and years are named without their days.
    static func sql(_ period: UsagePeriod) -> String {
        var alternatives: [String] = []
        let first = period.first.civil
        let last = period.last.civil
        for year in first.year...last.year {
            let firstMonth = year == first.year ? first.month : 1
            let lastMonth = year == last.year ? last.month : 12
            var wholeMonths: [Int] = []
            var parts: [String] = []
            for month in firstMonth...lastMonth {
                let length = UsageDay.length(ofMonth: month, year: year)
                let firstDay = (year, month) == (first.year, first.month) ? first.day : 1
                let lastDay = (year, month) == (last.year, last.month) ? last.day : length
                if firstDay == 1 && lastDay == length {
                    wholeMonths.append(month)
                } else {
                    parts.append(
                        "year = '\(UsageDay.padded(year, 4))'"
                            + " AND \(equals("month", [month]))"
                            + " AND \(equals("day", Array(firstDay...lastDay)))"
                    )
                }
            }
            if wholeMonths.count == 12 {
                parts.append("year = '\(UsageDay.padded(year, 4))'")
            } else if !wholeMonths.isEmpty {
                parts.append(
                    "year = '\(UsageDay.padded(year, 4))' AND \(equals("month", wholeMonths))"
                )
            }
            alternatives += parts
        }
        guard alternatives.count > 1 else { return alternatives[0] }
        return "(" + alternatives.map { "(\($0))" }.joined(separator: " OR ") + ")"
    }

    /// The same for days that need not follow one another; they are in order, and there is one.
    static func sql(_ days: [UsageDay]) -> String {
        var periods: [UsagePeriod] = []
        for day in days {
            if let last = periods.last, last.last.advanced(by: 1) == day,
                let longer = UsagePeriod(from: last.first, to: day)
            {
                periods[periods.count - 1] = longer
            } else {
                periods.append(.day(day))
            }
        }
        guard periods.count > 1 else { return sql(periods[0]) }
        return "(" + periods.map { "(\(sql($0)))" }.joined(separator: " OR ") + ")"
    }

    private static func equals(_ column: String, _ values: [Int]) -> String {
        let literals = values.map { "'\(UsageDay.padded($0, 2))'" }
        return literals.count == 1
            ? "\(column) = \(literals[0])" : "\(column) IN (\(literals.joined(separator: ", ")))"
    }
}
