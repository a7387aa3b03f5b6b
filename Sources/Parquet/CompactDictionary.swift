/// A dictionary with those entries only that are named, in the order in which they first are.
///
/// So the bytes of a file depend on its rows, not on how the caller came to number the entries.
struct CompactDictionary {
    private(set) var indices: [UInt32]
    private(set) var entries: ByteArrays

    /// - Precondition: every index is one of an entry.
    init(indices: [UInt32], entries: ByteArrays) {
        let unknown = UInt32.max
        var numbers = [UInt32](repeating: unknown, count: entries.count)
        var named: [UInt32] = []
        self.indices = numbers.withUnsafeMutableBufferPointer { numbers in
            [UInt32](unsafeUninitializedCapacity: indices.count) { memory, count in
                for index in indices {
                    precondition(Int(index) < numbers.count, "an index is not one of an entry")
                    var number = numbers[Int(index)]
                    if number == unknown {
                        number = UInt32(named.count)
                        numbers[Int(index)] = number
                        named.append(index)
                    }
                    memory[count] = number
                    count &+= 1
                }
            }
        }
        self.entries = ByteArrays()
        self.entries.reserveCapacity(
            arrays: named.count, bytes: named.reduce(0) { $0 + entries[Int($1)].count })
        for index in named { self.entries.append(entries[Int(index)]) }
    }
}
