internal import BedrockMetering
internal import Foundation
internal import GRDB

extension Database {
    /// The rows of a query, whose statement is prepared once.
    func rows(_ query: SQL) throws -> [Row] {
        try SQLRequest<Row>(literal: query, cached: true).fetchAll(self)
    }

    /// Hands on the rows of a query one after another, as long as `body` says so.
    func forEachRow(_ query: SQL, _ body: (Row) throws -> Bool) throws {
        let rows = try SQLRequest<Row>(literal: query, cached: true).fetchCursor(self)
        while let row = try rows.next() {
            guard try body(row) else { return }
        }
    }

    /// The first row of a query.
    func row(_ query: SQL) throws -> Row? {
        try SQLRequest<Row>(literal: query, cached: true).fetchOne(self)
    }

    /// Does a change, whose statement is prepared once.
    func change(_ statement: SQL) throws {
        try cachedStatement(literal: statement).execute()
    }
}

extension SQLInterpolation {
    /// Text from outside, byte for byte: bound as text, it would end at its first NUL.
    mutating func appendInterpolation(exactly text: String?) {
        appendInterpolation(sql: "CAST(? AS TEXT)", arguments: [text.map { Data($0.utf8) }])
    }

    /// A column of text from outside, as ``GRDB/Row/exactText(_:)`` reads it.
    mutating func appendInterpolation(exactColumn name: String) {
        appendInterpolation(sql: "CAST(\(name) AS BLOB)")
    }

    mutating func appendInterpolation(_ day: UsageDay) {
        appendInterpolation(day.description)
    }

    mutating func appendInterpolation(_ time: EventTime) {
        appendInterpolation(time.microseconds)
    }
}

/// A value of the ledger that the ledger does not write.
struct UnsoundValueError: Error {}

extension Row {
    /// The value of a column that is not NULL.
    func value<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
        guard let value: Value = try optional(column) else { throw UnsoundValueError() }
        return value
    }

    /// The value of a column; nil where it is NULL.
    func optional<Value: DatabaseValueConvertible>(_ column: String) throws -> Value? {
        guard hasColumn(column) else { throw UnsoundValueError() }
        let stored: DatabaseValue = self[column]
        if stored.isNull { return nil }
        guard let value = Value.fromDatabaseValue(stored) else { throw UnsoundValueError() }
        return value
    }

    /// Text from outside, byte for byte.
    func exactText(_ column: String) throws -> String {
        String(decoding: try value(column) as Data, as: UTF8.self)
    }

    /// What `Parsed` makes of a column of text.
    func parsed<Parsed>(_ column: String, _ parse: (String) -> Parsed?) throws -> Parsed {
        guard let value = parse(try value(column)) else { throw UnsoundValueError() }
        return value
    }

    func day(_ column: String) throws -> UsageDay {
        try parsed(column) { UsageDay($0) }
    }

    func optionalTime(_ column: String) throws -> EventTime? {
        try (optional(column) as Int64?).map { EventTime(microseconds: $0) }
    }

    func time(_ column: String) throws -> EventTime {
        EventTime(microseconds: try value(column))
    }
}
