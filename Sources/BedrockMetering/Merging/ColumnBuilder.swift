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

    var count: Int { columns.count }
    var requestBytes: Int { columns.requests.bytes.count }

    /// Appends rows until their request ids have `maximumRequestBytes`; returns how many.
    mutating func append(
        _ rows: ArraySlice<StoredUsage>, of day: UsageDay, _ symbols: borrowing UsageSymbols,
        maximumRequestBytes: Int
    ) -> Int {
        if self.day != day { begin(day) }
        var appended = 0
        for row in rows {
            appendTime(row.time, day)
            tenants.append(row.tenant)
            users.append(row.user)
            models.append(row.model)
            columns.inputTokens.append(row.tokens.input)
            columns.outputTokens.append(row.tokens.output)
            columns.totalTokens.append(row.tokens.total)
            columns.cacheReadTokens.append(row.tokens.cacheRead)
            columns.cacheWriteTokens.append(row.tokens.cacheWrite)
            append(row.request, symbols)
            appended += 1
            if requestBytes >= maximumRequestBytes { break }
        }
        columns.count += appended
        return appended
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

    @inline(__always)
    private mutating func appendTime(_ time: Int64, _ day: UsageDay) {
        let dayText = dayText
        columns.timestamps.append(size: EventTime.textSize) { memory in
            dayText.withUnsafeBytes { memory.copyMemory(from: $0) }
            EventTime(microseconds: time).writeTime(since: day, to: memory)
        }
    }

    @inline(__always)
    private mutating func append(_ request: StoredRequest, _ symbols: borrowing UsageSymbols) {
        presence.append(request.isPresent)
        guard request.isPresent else { return }
        if request.isSymbol {
            symbols.requests.withBytes(of: UInt32(truncatingIfNeeded: request.low)) { text in
                columns.requests.append(size: text.count) { $0.copyMemory(from: text) }
            }
        } else {
            columns.requests.append(size: UUIDText.size) {
                UUIDText.write(high: request.high, low: request.low, to: $0)
            }
        }
    }
}
