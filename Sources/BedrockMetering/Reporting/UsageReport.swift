/// The answer to a query, ready to be shown.
public struct UsageReport: Sendable {
    public let query: UsageQuery
    public let rows: [UsageRow]
    /// The sum over all rows; nil where it does not fit 63 bits.
    public let totals: UsageSum?
    /// The cost of all rows; nil unless the query has a price book.
    public let totalCost: UsageCost?
    /// What all rows come to, with those that the query's limit has cut off; nil where that is not
    /// known.
    package let whole: UsageAnswer.Whole?
    /// The models without a price, as far as they are known; none unless the query has a price book.
    package let unpriced: [UnpricedModel]
    /// What has to be said beside the rows; nil where nobody has looked.
    package var notes: ReportNotes?
    /// What was read from log objects; nil for a report over a lake.
    public let lines: LineCounts?
    /// How final the days of the period are that hold usage; nil where no ledger tells.
    public var days: [Day]?

    /// A day of a lake, and how final its numbers are.
    public struct Day: Sendable, Hashable {
        @nonexhaustive
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

    /// A report on rows that may be the first of more, if they are as many as the query's limit.
    public init(query: UsageQuery, rows: [UsageRow], lines: LineCounts? = nil) {
        let whole = UsageAnswer.Whole(rows, isPriced: query.prices != nil)
        let isWhole = query.limit.map { rows.count < $0 } ?? true
        var unpriced: [ModelID: Int64] = [:]
        for row in rows {
            guard let model = row.model, let calls = row.cost?.unpricedRequests, calls > 0 else {
                continue
            }
            unpriced[model, default: 0] += calls
        }
        self.init(
            query: query, rows: rows, totals: whole, whole: isWhole ? whole : nil,
            unpriced: UnpricedModel.sorted(unpriced), lines: lines
        )
    }

    package init(query: UsageQuery, answer: UsageAnswer, lines: LineCounts? = nil) {
        self.init(
            query: query, rows: answer.rows,
            totals: UsageAnswer.Whole(answer.rows, isPriced: query.prices != nil),
            whole: answer.whole, unpriced: answer.unpriced, lines: lines
        )
    }

    private init(
        query: UsageQuery, rows: [UsageRow], totals: UsageAnswer.Whole, whole: UsageAnswer.Whole?,
        unpriced: [UnpricedModel], lines: LineCounts?
    ) {
        self.query = query
        self.rows = rows
        self.totals = totals.totals
        totalCost = totals.cost
        self.whole = whole
        self.unpriced = unpriced
        self.lines = lines
    }

    /// Whether there are, or may be, more rows than the query's limit lets through.
    var isCut: Bool { whole.map { $0.rows > rows.count } ?? true }
}
