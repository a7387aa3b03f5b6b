/// Reads rows out of columns, one after another, with names as symbols.
struct ColumnReader {
    private var columns = UsageColumns()
    /// By number of a column's text.
    private var tenants: [UInt32] = []
    private var users: [UInt32] = []
    private var models: [UInt32] = []
    private var nextRow = 0
    /// The number of the next request id among those that are there.
    private var nextRequest = 0
    private var timestamps = TimestampParser()

    init() {}

    /// - Parameter symbols: gives the symbols of a column's texts, by their numbers, for each of the
    ///   columns of tenants, users and models.
    init(
        _ columns: consuming UsageColumns,
        tenants: (inout TextColumn) -> [UInt32], users: (inout TextColumn) -> [UInt32],
        models: (inout TextColumn) -> [UInt32]
    ) {
        self.columns = columns
        self.tenants = tenants(&self.columns.tenants)
        self.users = users(&self.columns.users)
        self.models = models(&self.columns.models)
        self.columns.timestamps.pad()
        self.columns.requests.pad()
    }

    /// How many rows are still to be read.
    var remaining: Int { columns.count - nextRow }

    /// The next row, or nil where it is no sound one.
    ///
    /// - Parameter request: what the text of a request id is kept as.
    @inline(__always)
    mutating func next(
        _ request: (_ text: RawSpan, _ start: Int, _ size: Int) -> StoredRequest
    ) -> StoredUsage? {
        let row = nextRow
        nextRow += 1
        let start = columns.timestamps.offsets[row]
        let end = columns.timestamps.offsets[row + 1]
        let texts = columns.timestamps.bytes
        let time = timestamps.parse(texts.span.bytes, from: start, to: end)
        var storedRequest = StoredRequest.none
        if columns.requestPresence?[row] ?? true {
            let start = columns.requests.offsets[nextRequest]
            let size = columns.requests.offsets[nextRequest + 1] - start
            nextRequest += 1
            storedRequest = request(columns.requests.bytes.span.bytes, start, size)
        }
        let tokens = columns.tokens(at: row)
        guard let time, tokens.isSound else { return nil }
        return StoredUsage(
            time: time.microseconds, tokens: tokens, request: storedRequest,
            mayRecur: time.isCoarse,
            tenant: tenants[columns.tenants.number(ofRow: row)],
            user: users[columns.users.number(ofRow: row)],
            model: models[columns.models.number(ofRow: row)]
        )
    }
}
