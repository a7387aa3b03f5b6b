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

        /// The days from `first` to `last`, both included.
        package static func period(from first: String, to last: String) throws -> UsagePeriod {
            let period = UsagePeriod(from: try day(first, "--from"), to: try day(last, "--to"))
            guard let period else { throw ValidationError("--to comes before --from.") }
            return period
        }
    }
#endif
