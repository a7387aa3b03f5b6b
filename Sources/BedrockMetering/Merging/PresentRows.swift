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
    /// The time of the row looked at last.
    var lastTime = Int64.min

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
