internal import Synchronization

/// Fills a ``UsageMerger`` from the objects that one worker decodes.
public struct UsageCollector: UsageSink, ~Copyable {
    private let merger: UsageMerger
    /// Names that this worker has met, and their symbols in the merger.
    private var tenants: WorkerSymbols
    private var users: WorkerSymbols
    private var models: WorkerSymbols
    private var requests: WorkerSymbols
    /// Records since the last commit, with the worker's symbols.
    private var blocks: [[StoredUsage]] = []
    /// Empty blocks whose memory is used again: a little, since what an object's records took is soon
    /// needed by the merger.
    private var idleBlocks: [[StoredUsage]] = []
    private static let maximumIdleBlocks = 8
    private var firstShard = 0
    private var pendingRejected: [RejectedLine] = []
    private var rejected: [RejectedLine] = []
    /// The days that are collected, all where nil; and how many lines of others were left out.
    private let period: Range<Int64>?
    private var pendingOutside = 0
    /// Usage lines since the last commit by days since 1970, without those of the latest run of lines
    /// of one day, which are counted apart: lines of a day come together.
    private var pendingLines: [Int64: Int] = [:]
    private var currentDay: Range<Int64> = 0..<0
    private var currentLines = 0
    private var linesByDay: [Int64: Int] = [:]
    package private(set) var outside = 0
    /// Bytes of the names that were shared with the merger last.
    private var sharedMemory = 0

    private static let blockSize = 4096
    private static let maximumNamesMemory = 32 << 20

    init(merger: UsageMerger, period: UsagePeriod?) {
        self.merger = merger
        tenants = WorkerSymbols(merger.seed)
        users = WorkerSymbols(merger.seed)
        models = WorkerSymbols(merger.seed)
        requests = WorkerSymbols(merger.seed)
        self.period = period.map { $0.first.start.microseconds..<$0.last.end.microseconds }
    }

    public mutating func consume(_ batch: borrowing UsageBatch) {
        let text = batch.text.bytes
        if blocks.last.map({ $0.count + batch.count > Self.blockSize }) ?? true {
            var block = idleBlocks.popLast() ?? []
            block.reserveCapacity(max(Self.blockSize, batch.count))
            blocks.append(block)
        }
        var block = blocks.removeLast()
        tenants.lookUp({ $0.tenant }, of: batch.rows, text)
        users.lookUp({ $0.user }, of: batch.rows, text)
        models.lookUp({ $0.model }, of: batch.rows, text)
        for index in 0..<batch.rows.count {
            let row = batch.rows[index]
            if !currentDay.contains(row.time) { changeDay(to: row.time) }
            currentLines &+= 1
            if let period, !period.contains(row.time) {
                pendingOutside += 1
                continue
            }
            block.append(
                StoredUsage(
                    time: row.time,
                    tokens: row.tokens,
                    request: request(row.request, text),
                    mayRecur: row.mayRecur,
                    tenant: tenants.found[index],
                    user: users.found[index],
                    model: models.found[index]
                )
            )
        }
        blocks.append(block)
    }

    @inline(never)
    private mutating func changeDay(to time: Int64) {
        if currentLines > 0 {
            let day = currentDay.lowerBound.flooredQuotient(by: EventTime.perDay)
            pendingLines[day, default: 0] += currentLines
        }
        currentLines = 0
        // The first and the last day of all are cut short.
        let day = time.flooredQuotient(by: EventTime.perDay)
        let start = day.multipliedReportingOverflow(by: EventTime.perDay)
        let first = start.overflow ? Int64.min : start.partialValue
        let end = first.addingReportingOverflow(EventTime.perDay)
        currentDay = first..<(end.overflow ? Int64.max : end.partialValue)
    }

    @inline(__always)
    private mutating func request(_ slice: TextSlice, _ text: RawSpan) -> StoredRequest {
        if slice.isEmpty { return .none }
        if PlaceholderID.matches(text, from: Int(slice.start), size: Int(slice.size)) {
            return .none
        }
        return .uuid(slice, text) ?? .symbol(requests.symbol(of: slice, text))
    }

    /// Takes a record of the caller's, as if it had been decoded.
    public mutating func insert(_ record: UsageRecord) {
        var batch = UsageBatch()
        var text: [UInt8] = []
        func slice(_ string: String) -> TextSlice {
            let start = text.count
            text += string.utf8
            return TextSlice(from: start, to: text.count)
        }
        var row = UsageBatchRow()
        row.time = record.time.microseconds
        row.tokens = record.tokens
        row.tenant = slice(record.tenant.rawValue)
        row.user = slice(record.user.rawValue)
        row.model = slice(record.model.rawValue)
        row.request = slice(record.request?.rawValue ?? "")
        text += [UInt8](repeating: 0, count: ByteScan.padding)
        batch.rows.append(row)
        text.withUnsafeBytes { bytes in
            batch.text = bytes
            consume(batch)
        }
    }

    /// Takes the rows of columns, as if they had been decoded; returns false if one is not sound.
    ///
    /// - Parameter day: on which all rows must lie, if set.
    package mutating func insert(
        _ columns: consuming UsageColumns, of day: UsageDay? = nil
    ) -> Bool {
        var reader = ColumnReader(
            columns,
            tenants: { tenants.symbols(of: &$0) },
            users: { users.symbols(of: &$0) },
            models: { models.symbols(of: &$0) }
        )
        while reader.remaining > 0 {
            var block = idleBlocks.popLast() ?? []
            block.reserveCapacity(Self.blockSize)
            for _ in 0..<min(reader.remaining, Self.blockSize) {
                let row = reader.next { text, start, size in
                    request(TextSlice(from: start, to: start + size), text)
                }
                guard let row, day.map({ row.day == $0.number }) ?? true else { return false }
                block.append(row)
            }
            blocks.append(block)
        }
        return true
    }

    /// Bytes that come with the object that is being taken: its records, and names that were not known.
    package var pendingMemory: Int {
        blocks.count * Self.blockSize * UsageMerger.recordSize + requests.memory
            + max(0, namesMemory - sharedMemory)
    }

    private var namesMemory: Int { tenants.memory + users.memory + models.memory }

    public mutating func reject(_ line: RejectedLine) {
        pendingRejected.append(line)
    }

    /// The rejected lines of all objects committed since the last call, in order.
    public mutating func takeRejected() -> [RejectedLine] {
        defer { rejected = [] }
        return rejected
    }

    /// How many usage lines fell on which day, of all objects committed since the last call, also
    /// outside the period.
    package mutating func takeUsageByDay() -> [UsageDay: Int] {
        defer { linesByDay = [:] }
        return Dictionary(
            uniqueKeysWithValues: linesByDay.map { (UsageDay(number: $0.key), $0.value) })
    }

    /// Puts what came since the last commit into the merger.
    public mutating func commit() {
        merger.symbols.withLock { symbols in
            tenants.share(with: &symbols.tenants)
            users.share(with: &symbols.users)
            models.share(with: &symbols.models)
            requests.share(with: &symbols.requests)
        }
        for index in blocks.indices {
            var block: [StoredUsage] = []
            swap(&block, &blocks[index])
            useSharedSymbols(in: &block)
            firstShard = (firstShard + 5) % UsageMerger.shardCount
            merger.insert(block, beginningWith: firstShard)
            // Given up now, so that an object's records are not held twice.
            if idleBlocks.count < Self.maximumIdleBlocks {
                block.removeAll(keepingCapacity: true)
                idleBlocks.append(block)
            }
        }
        rejected += pendingRejected
        changeDay(to: currentDay.lowerBound)
        linesByDay.merge(pendingLines, uniquingKeysWith: +)
        outside += pendingOutside
        // So many names are in the merger now, and need not be here as well.
        if namesMemory > Self.maximumNamesMemory {
            tenants = WorkerSymbols(merger.seed)
            users = WorkerSymbols(merger.seed)
            models = WorkerSymbols(merger.seed)
        }
        sharedMemory = namesMemory
        forget()
    }

    private func useSharedSymbols(in block: inout [StoredUsage]) {
        block.withUnsafeMutableBufferPointer { block in
            for row in block.indices {
                block[row].tenant = tenants.shared[Int(block[row].tenant)]
                block[row].user = users.shared[Int(block[row].user)]
                block[row].model = models.shared[Int(block[row].model)]
                if block[row].request.isSymbol {
                    let symbol = Int(block[row].request.low)
                    block[row].request = .symbol(requests.shared[symbol])
                }
            }
        }
    }

    public mutating func rollback() {
        forget()
    }

    private mutating func forget() {
        blocks.removeAll(keepingCapacity: true)
        pendingRejected = []
        pendingOutside = 0
        pendingLines = [:]
        currentLines = 0
        // Such ids hardly ever come twice.
        requests = WorkerSymbols(merger.seed)
    }
}

/// A worker's own symbols, which need no lock, and what they are in the merger's table.
struct WorkerSymbols {
    private var table: SymbolTable
    /// By the worker's symbols; as long as the table was when it was shared last.
    private(set) var shared: [UInt32] = []

    /// The symbols that were looked up last, by row.
    private(set) var found: [UInt32] = []
    private var hashes: [UInt64] = []

    init(_ seed: HashSeed) {
        table = SymbolTable(seed)
    }

    /// Bytes that the names take.
    var memory: Int { table.memory + shared.capacity * MemoryLayout<UInt32>.stride }

    @inline(__always)
    mutating func lookUp(
        _ name: (UsageBatchRow) -> TextSlice, of rows: [UsageBatchRow], _ text: RawSpan
    ) {
        table.symbols(of: name, in: rows, text, hashes: &hashes, into: &found)
    }

    mutating func symbol(of slice: TextSlice, _ text: RawSpan) -> UInt32 {
        table.symbol(of: text, from: Int(slice.start), size: Int(slice.size))
    }

    /// The symbols of a column's texts, by their numbers.
    mutating func symbols(of column: inout TextColumn) -> [UInt32] {
        column.symbols(in: &table)
    }

    mutating func share(with table: inout SymbolTable) {
        for symbol in shared.count..<self.table.count {
            shared.append(table.symbol(of: UInt32(symbol), in: self.table))
        }
    }
}
