internal import BedrockMetering
internal import GRDB

/// Finds rejected lines by their places, each once; those that were not taken back in come first.
package struct RejectFinder {
    private let database: Database
    private var taken: Set<LedgerReject.ID> = []
    /// Where the search goes on for another line of the same place, by whether it was taken back in: one
    /// element of a document may hold many.
    private var reached: [Bool: (place: Place, number: LedgerReject.ID)] = [:]

    fileprivate init(_ database: Database) {
        self.database = database
    }

    /// Where a rejected line is, as far as somebody says.
    package struct Place: Equatable {
        /// As the ledger names it.
        package var object: String
        package var line: Int
        package var byteOffset: Int?
        package var reason: String?

        package init(
            object: String, line: Int, byteOffset: Int? = nil, reason: String? = nil
        ) {
            self.object = object
            self.line = line
            self.byteOffset = byteOffset
            self.reason = reason
        }

        package static func == (left: Self, right: Self) -> Bool {
            left.object.utf8.elementsEqual(right.object.utf8) && left.line == right.line
                && left.byteOffset == right.byteOffset && left.reason == right.reason
        }
    }

    /// A reject of the place, which is not found again from then on; nil if there is none.
    package mutating func take(_ place: Place) throws -> LedgerReject? {
        for isReplayed in [false, true] {
            if let reject = try take(place, isReplayed: isReplayed) { return reject }
        }
        return nil
    }

    private mutating func take(_ place: Place, isReplayed: Bool) throws -> LedgerReject? {
        var last: LedgerReject.ID = 0
        if let reached = reached[isReplayed], reached.place == place { last = reached.number }
        var found: LedgerReject?
        let replayed: SQL = isReplayed ? "IS NOT NULL" : "IS NULL"
        try database.forEachRow(
            """
            SELECT \(Ledger.columns) FROM reject JOIN object ON object.number = reject.object
            WHERE object.location = \(exactly: place.object) AND line = \(place.line)
                AND byte_offset = coalesce(\(place.byteOffset), byte_offset)
                AND reason = coalesce(\(place.reason), reason)
                AND replayed_microseconds \(replayed) AND reject.number > \(last)
            ORDER BY reject.number
            """
        ) { row in
            let reject = try Ledger.reject(from: row)
            last = reject.number
            guard !taken.contains(reject.number) else { return true }
            found = reject
            return false
        }
        reached[isReplayed] = (place, last)
        if let found { taken.insert(found.number) }
        return found
    }
}

extension Ledger {
    /// Hands `body` what finds rejects in one state of the ledger.
    package func findingRejects<Value>(
        _ body: (inout RejectFinder) throws -> Value
    ) throws(PipelineError) -> Value {
        try read { database in
            var finder = RejectFinder(database)
            return try body(&finder)
        }
    }
}
