#if Commands
    import ArgumentParser
    import BedrockMetering
    import MeterConsole

    struct PeriodOptions: ParsableArguments {
        @Option(help: ArgumentHelp("One day, as 2025-12-07.", valueName: "day"))
        var day: String?

        @Option(help: ArgumentHelp("The first day.", valueName: "day"))
        var from: String?

        @Option(help: ArgumentHelp("The last day, included.", valueName: "day"))
        var to: String?

        @Option(
            help: ArgumentHelp(
                "Whose days and hours these are, as Asia/Seoul; UTC unless given.",
                valueName: "name"
            )
        )
        var timeZone: String?

        @Flag(help: "Rows per hour instead of per day.")
        var hourly = false

        @Flag(help: "Rows per month instead of per day.")
        var monthly = false

        var window: UsageWindow.Size {
            hourly ? .hour : monthly ? .month : .day
        }

        func validate() throws {
            if hourly && monthly { throw ValidationError("Give --hourly or --monthly, not both.") }
            _ = try period()
            _ = try zone()
        }

        func period() throws -> UsagePeriod {
            let period = try DayArgument.period(day: day, from: from, to: to)
            guard let period else { throw ValidationError("Give --day, or both --from and --to.") }
            return period
        }

        func zone() throws -> UsageZone {
            guard let timeZone else { return .utc }
            do {
                return try UsageZone(timeZone)
            } catch {
                throw ValidationError(
                    "--time-zone takes a name of the IANA database, written like Asia/Seoul."
                )
            }
        }
    }
#endif
