#if Commands
    import ArgumentParser
    package import BedrockMetering

    /// Days as the commands take them.
    package enum DayArgument {
        /// - Throws: `ValidationError` where `text` is no day.
        package static func day(_ text: String, _ option: String) throws -> UsageDay {
            guard let day = UsageDay(text) else {
                throw ValidationError(
                    "\(option) takes a day from 2020 to 2050, written like 2025-12-07."
                )
            }
            return day
        }

        /// The one day, the month, or the days from `first` to `last`, both included; nil where none is
        /// given.
        ///
        /// - Throws: `ValidationError` where they are given in another way, or are no days.
        package static func period(
            day: String?, month: String? = nil, from first: String?, to last: String?
        ) throws -> UsagePeriod? {
            switch (day, month, first, last) {
            case (nil, nil, nil, nil): return nil
            case (let text?, nil, nil, nil): return .day(try Self.day(text, "--day"))
            case (nil, let text?, nil, nil): return try Self.month(text)
            case (nil, nil, let first?, let last?): return try period(from: first, to: last)
            default:
                throw ValidationError("Give --day, --month, or both --from and --to.")
            }
        }

        private static func month(_ text: String) throws -> UsagePeriod {
            guard let first = UsageDay("\(text)-01"),
                let month = UsagePeriod.month(first.civil.month, of: first.civil.year)
            else {
                throw ValidationError(
                    "--month takes a month from 2020 to 2050, written like 2025-12.")
            }
            return month
        }

        /// The days from `first` to `last`, both included.
        private static func period(from first: String, to last: String) throws -> UsagePeriod {
            let period = UsagePeriod(from: try day(first, "--from"), to: try day(last, "--to"))
            guard let period else { throw ValidationError("--to comes before --from.") }
            return period
        }

        /// The days from the first to the second of `days`, both included, which one option takes.
        ///
        /// - Throws: `ValidationError` where they are not two days, or in the wrong order.
        package static func period(_ days: [String], _ option: String) throws -> UsagePeriod {
            let days = try days.map { try day($0, option) }
            guard days.count == 2 else {
                throw ValidationError("\(option) takes the first and the last day.")
            }
            guard let period = UsagePeriod(from: days[0], to: days[1]) else {
                throw ValidationError(
                    "\(option) takes the first day and then the last: \(days[1]) comes before "
                        + "\(days[0]).")
            }
            return period
        }
    }
#endif
