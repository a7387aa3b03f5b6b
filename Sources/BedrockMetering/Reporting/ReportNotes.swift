/// What has to be said beside the rows of a report, so that it does not look better than it is: what
/// whoever read the input knows, and the rows do not show.
package struct ReportNotes: Sendable, Hashable {
    /// The lake, as commands name it; nil where the rows are of no lake.
    package var lake: String?
    /// Why it is not known how final the days are; nil where ``UsageReport/days`` tells.
    package var finalityNotKnown: String?
    /// Days of the period of which the lake has nothing, though their exports can be final; UTC days.
    package var missing: [UsageDay] = []
    /// Days of the period of which the lake has nothing yet; UTC days.
    package var pending: [UsageDay] = []
    /// All days that the lake has, where none of them is of the period; nil elsewhere.
    package var daysOfLake: [UsageDay]?
    /// Tenants that were asked for, and that nothing is known of.
    package var unknownTenants: [TenantID] = []
    /// The tenants of the period, which are shown beside unknown ones.
    package var tenantsOfPeriod: [TenantID] = []
    /// Lines and calls that may be of the period.
    package var counts = Counts()
    /// Days with calls in conflict that a ledger of an older version has counted and not listed, beside
    /// those of ``counts``.
    package var conflictsNotListed: [UsageDay] = []
    /// Why some of ``counts`` are not known; nil where all are.
    package var countsNotKnown: String?
    /// Files of rejected lines that the lake keeps, where it is not known which of these are open.
    package var rejectFiles = 0
    /// Files and objects that are not in the rows, or not as they should be.
    package var unread: [Unread] = []

    /// Files of days whose rows are counted, and which are not what was recorded of them.
    package var inDoubt: [Unread] = []
    /// Days whose files are not those that this machine has recorded, and lack nothing of these, as another
    /// machine's run leaves them.
    package var changedElsewhere: [UsageDay] = []

    package init(lake: String? = nil) {
        self.lake = lake
    }

    /// Nil where a number is not known.
    package struct Counts: Sendable, Hashable {
        /// Rejected lines, in a lake those that were not taken back in.
        package var rejects: Int?
        /// Calls in conflict.
        package var conflicts: Int?
        /// Equal lines without a request id that could be several calls.
        package var ambiguous: Int?

        package init(rejects: Int? = nil, conflicts: Int? = nil, ambiguous: Int? = nil) {
            self.rejects = rejects
            self.conflicts = conflicts
            self.ambiguous = ambiguous
        }
    }

    package struct Unread: Sendable, Hashable {
        package let location: String
        package let reason: String

        package init(location: String, reason: String) {
            self.location = location
            self.reason = reason
        }
    }
}
