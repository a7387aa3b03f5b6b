/// Rows of a day's present file that were decoded but not merged yet, first in first out.
struct PresentRows: ~Copyable {
    private var rows: [UsageBatchRow] = []
    private var next = 0
    /// The names of all rows, one after another, and padding.
    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    private var used = 0

    /// Whether the first row has been looked at, and whether it gives way to another version.
    var firstIsChecked = false
    var firstIsDropped = false
    /// The row looked at last; its names stay in ``text``.
    var last: UsageBatchRow?

    init() {
        memory.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        memory.deallocate()
    }

    /// The text that the rows' slices lie in.
    var text: UnsafeRawBufferPointer { UnsafeRawBufferPointer(memory) }

    var first: UsageBatchRow? { next < rows.count ? rows[next] : nil }

    mutating func dropFirst() {
        next += 1
        firstIsChecked = false
        firstIsDropped = false
    }

    mutating func append(_ batch: borrowing UsageBatch) {
        if next == rows.count {
            rows.removeAll(keepingCapacity: true)
            next = 0
            used = 0
            keepLast()
        }
        for index in 0..<batch.rows.count {
            var row = batch.rows[index]
            copy(&row.tenant, batch.text)
            copy(&row.user, batch.text)
            copy(&row.model, batch.text)
            copy(&row.request, batch.text)
            rows.append(row)
        }
    }

    /// Moves the names of the last row, which lie together, to the beginning of the memory.
    private mutating func keepLast() {
        guard let row = last else { return }
        let start = Int(row.tenant.start)
        used = row.request.range.upperBound - start
        memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[start..<start + used]))
        last?.tenant.start = 0
        last?.user.start -= row.tenant.start
        last?.model.start -= row.tenant.start
        last?.request.start -= row.tenant.start
    }

    private mutating func copy(_ slice: inout TextSlice, _ text: UnsafeRawBufferPointer) {
        let size = Int(slice.size)
        if used + size + ByteScan.padding > memory.count { grow(size) }
        UnsafeMutableRawBufferPointer(rebasing: memory[used..<used + size])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: text[slice.range]))
        slice = TextSlice(from: used, to: used + size)
        used += size
    }

    private mutating func grow(_ size: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: 2 * (memory.count + size), alignment: 16
        )
        larger.initializeMemory(as: UInt8.self, repeating: 0)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<used]))
        memory.deallocate()
        memory = larger
    }
}

extension UsageBatchRow {
    /// Whether the row comes before `other` in a day file, as in ``UsageSymbols/precedes(_:_:)``.
    func precedes(_ other: UsageBatchRow, _ text: UnsafeRawBufferPointer) -> Bool {
        if time != other.time { return time < other.time }
        func order(_ slice: TextSlice, _ otherSlice: TextSlice) -> Bool? {
            let (left, right) = (text[slice.range], text[otherSlice.range])
            return left.elementsEqual(right) ? nil : left.lexicographicallyPrecedes(right)
        }
        if let order = order(tenant, other.tenant) { return order }
        if let order = order(user, other.user) { return order }
        if let order = order(model, other.model) { return order }
        let (one, two) = (tokens, other.tokens)
        if one.input != two.input { return one.input < two.input }
        if one.output != two.output { return one.output < two.output }
        if one.total != two.total { return one.total < two.total }
        if let order = order(request, other.request) { return order }
        if one.cacheRead != two.cacheRead { return one.cacheRead < two.cacheRead }
        return one.cacheWrite < two.cacheWrite
    }
}
