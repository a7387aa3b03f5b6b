/// The answer to a query, ready to be shown.
public struct UsageReport: Sendable {
    public let query: UsageQuery
    public let rows: [UsageRow]
    /// The sum over all rows; nil where it does not fit 63 bits.
    public let totals: UsageSum?
    /// The cost of all rows; nil unless the query has a price book.
    public let totalCost: UsageCost?
    /// What was read from log objects; nil for a report over a lake.
    public let lines: LineCounts?
    /// How final the days of the period are that hold usage; nil where no ledger tells.
    public var days: [Day]?

    /// A day of a lake, and how final its numbers are.
    public struct Day: Sendable, Hashable {
        public enum State: String, Sendable, Hashable {
            /// Exports of the day may still bring usage.
            case provisional
            /// Any change to the day is a restatement.
            case closed
        }

        public var day: UsageDay
        public var state: State
        /// How often the day changed after it was closed.
        public var restatements: Int

        public init(day: UsageDay, state: State, restatements: Int = 0) {
            self.day = day
            self.state = state
            self.restatements = restatements
        }
    }

    /// How many log events were read, by fate.
    public struct LineCounts: Sendable, Hashable {
        /// Log objects that were read to their end.
        public var objects: Int
        /// Log objects that could not be.
        public var failedObjects: Int
        public var events: EventCounts
        public var duplicates: DuplicateCounts
        /// Usage lines outside the query's period.
        public var outside: Int

        public init(
            objects: Int = 0, failedObjects: Int = 0, events: EventCounts = EventCounts(),
            duplicates: DuplicateCounts = DuplicateCounts(), outside: Int = 0
        ) {
            self.objects = objects
            self.failedObjects = failedObjects
            self.events = events
            self.duplicates = duplicates
            self.outside = outside
        }

        /// Distinct usage records in the period.
        public var records: Int { events.usage - duplicates.duplicates - outside }
    }

    public init(query: UsageQuery, rows: [UsageRow], lines: LineCounts? = nil) {
        self.query = query
        self.rows = rows
        self.lines = lines
        totals = try? rows.totals()
        totalCost = query.prices == nil ? nil : rows.totalCost() ?? UsageCost()
    }
}
