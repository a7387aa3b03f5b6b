/// One column of one row group.
package struct ColumnData: Sendable, Hashable {
    /// The values that are there, in the order of their rows; rows without one leave no gap.
    package var values: ColumnValues
    /// Whether each row has a value; nil where every row has.
    package var presence: [Bool]?

    /// - Precondition: there are as many values as `presence` says.
    package init(_ values: ColumnValues, presence: [Bool]? = nil) {
        if let presence {
            let present = presence.reduce(0) { $0 + ($1 ? 1 : 0) }
            precondition(present == values.count, "values and presence do not fit")
        }
        self.values = values
        self.presence = presence
    }

    package var rows: Int { presence?.count ?? values.count }
}

/// The values of one column, without those that are missing.
package enum ColumnValues: Sendable, Hashable {
    case booleans([Bool])
    /// Also of DATE.
    case int32s([Int32])
    /// Also of TIMESTAMP and, as nanoseconds, of INT96.
    case int64s([Int64])
    case doubles([Double])
    case byteArrays(ByteArrays)
    /// Byte arrays that are each one of `entries`, named by its index there.
    ///
    /// Entries may be unused, and in any order, but should differ.
    case dictionary(indices: [UInt32], entries: ByteArrays)

    package var count: Int {
        switch self {
        case .booleans(let values): values.count
        case .int32s(let values): values.count
        case .int64s(let values): values.count
        case .doubles(let values): values.count
        case .byteArrays(let values): values.count
        case .dictionary(let indices, _): indices.count
        }
    }

    var physical: PhysicalType {
        switch self {
        case .booleans: .boolean
        case .int32s: .int32
        case .int64s: .int64
        case .doubles: .double
        case .byteArrays, .dictionary: .byteArray
        }
    }
}
