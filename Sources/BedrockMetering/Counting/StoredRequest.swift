/// A request id: the 128 bits of a UUID where it is written in lower case as Bedrock does, else a
/// symbol.
struct StoredRequest: Equatable {
    var high: UInt64
    var low: UInt64
    var kind: UInt8

    static let none = StoredRequest(high: 0, low: 0, kind: 0)

    /// The request id at `slice`, or nil where it is no UUID and so needs a symbol.
    @inline(__always)
    static func uuid(_ slice: TextSlice, _ text: RawSpan) -> StoredRequest? {
        guard slice.size == UUIDText.size,
            let (high, low) = UUIDText.parse(text, at: Int(slice.start))
        else { return nil }
        return StoredRequest(high: high, low: low, kind: 1)
    }

    static func symbol(_ symbol: UInt32) -> StoredRequest {
        StoredRequest(high: 0, low: UInt64(symbol), kind: 2)
    }

    var isPresent: Bool { kind != 0 }
    var isUUID: Bool { kind == 1 }
    var isSymbol: Bool { kind == 2 }
}
