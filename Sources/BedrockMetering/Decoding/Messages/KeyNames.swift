/// Names that a key of an object may have, made so that other keys are told apart by their size.
struct KeyNames {
    private let names: [String]
    /// A bit for each size in bytes that a name has, all of which are below 64.
    private let sizes: UInt64

    /// The names of all columns, in their order.
    static let columns = KeyNames(UsageSchema.columns.map(\.name))

    init(_ names: [String]) {
        self.names = names
        sizes = names.reduce(0) { $0 | 1 << UInt64($1.utf8.count) }
    }

    /// Which of the names the key says, escapes resolved; nil where it is another one.
    @inline(__always)
    func index(of key: JSONScanner.Value, _ text: RawSpan) -> Int? {
        let size = key.end &- key.start
        guard key.hasEscapes || size < 64 && sizes &>> UInt64(size) & 1 == 1 else { return nil }
        return find(key, text)
    }

    @inline(__always)
    func contains(_ key: JSONScanner.Value, _ text: RawSpan) -> Bool {
        index(of: key, text) != nil
    }

    @inline(never)
    private func find(_ key: JSONScanner.Value, _ text: RawSpan) -> Int? {
        names.firstIndex { JSONString.equals(key, $0, text) }
    }
}
