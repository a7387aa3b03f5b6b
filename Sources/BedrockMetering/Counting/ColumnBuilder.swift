/// Builds ``UsageColumns`` from rows.
struct ColumnBuilder {
    private var columns = UsageColumns()
    private var tenants: [UInt32] = []
    private var users: [UInt32] = []
    private var models: [UInt32] = []
    private var presence: [Bool] = []
    private var day: UsageDay?
    /// The text of the day's first instant.
    private var dayText = [UInt8](repeating: 0, count: EventTime.textSize)

    /// Sets memory aside for `rows` rows, so that none is moved while they come.
    mutating func reserve(_ rows: Int) {
        columns.timestamps.reserve(rows, size: EventTime.textSize)
        columns.requests.reserve(rows, size: UUIDText.size)
        tenants.reserveCapacity(rows)
        users.reserveCapacity(rows)
        models.reserveCapacity(rows)
        presence.reserveCapacity(rows)
        columns.inputTokens.reserveCapacity(rows)
        columns.outputTokens.reserveCapacity(rows)
        columns.totalTokens.reserveCapacity(rows)
        columns.cacheReadTokens.reserveCapacity(rows)
        columns.cacheWriteTokens.reserveCapacity(rows)
    }

    var count: Int { columns.count }
    var requestBytes: Int { columns.requests.bytes.count }

    /// Appends rows until their request ids have `maximumRequestBytes`; returns how many.
    mutating func append(
        _ rows: ArraySlice<StoredUsage>, of day: UsageDay, _ symbols: borrowing UsageSymbols,
        maximumRequestBytes: Int
    ) -> Int {
        if self.day != day { begin(day) }
        var rows = rows
        if rows.allSatisfy({ $0.request.isUUID }),
            requestBytes + rows.count * UUIDText.size < maximumRequestBytes
        {
            let first = rows.startIndex
            columns.requests.append(rows.count, ofSize: UUIDText.size) { index, memory in
                let request = rows[first &+ index].request
                UUIDText.write(high: request.high, low: request.low, to: memory)
            }
            presence.append(contentsOf: repeatElement(true, count: rows.count))
        } else {
            var appended = 0
            for row in rows where requestBytes < maximumRequestBytes {
                append(row.request, symbols)
                appended += 1
            }
            rows = rows.prefix(appended)
        }
        appendTimes(of: rows, day)
        for row in rows {
            tenants.append(row.tenant)
            users.append(row.user)
            models.append(row.model)
            columns.inputTokens.append(row.tokens.input)
            columns.outputTokens.append(row.tokens.output)
            columns.totalTokens.append(row.tokens.total)
            columns.cacheReadTokens.append(row.tokens.cacheRead)
            columns.cacheWriteTokens.append(row.tokens.cacheWrite)
        }
        columns.count += rows.count
        return rows.count
    }

    /// The columns of all rows, with their names; none are left.
    mutating func take(_ symbols: borrowing UsageSymbols) -> UsageColumns {
        var taken = UsageColumns()
        swap(&taken, &columns)
        func column(_ table: borrowing SymbolTable, _ rows: inout [UInt32]) -> TextColumn {
            var column = table.texts()
            column.indices = rows
            rows = []
            return column
        }
        taken.tenants = column(symbols.tenants, &tenants)
        taken.users = column(symbols.users, &users)
        taken.models = column(symbols.models, &models)
        taken.requestPresence = presence.allSatisfy(\.self) ? nil : presence
        presence = []
        return taken
    }

    private mutating func begin(_ day: UsageDay) {
        self.day = day
        dayText.withUnsafeMutableBytes { day.start.write(to: $0) }
    }

    private mutating func appendTimes(of rows: ArraySlice<StoredUsage>, _ day: UsageDay) {
        dayText.withUnsafeBytes { dayText in
            let first = rows.startIndex
            columns.timestamps.append(rows.count, ofSize: EventTime.textSize) { index, memory in
                memory.copyMemory(from: dayText)
                EventTime(microseconds: rows[first &+ index].time)
                    .writeTime(since: day, to: memory)
            }
        }
    }

    private mutating func append(_ request: StoredRequest, _ symbols: borrowing UsageSymbols) {
        presence.append(request.isPresent)
        guard request.isPresent else { return }
        let text = symbols.requestText(request)
        columns.requests.append(1, ofSize: text.count) { $1.copyBytes(from: text) }
    }
}
