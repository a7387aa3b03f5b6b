/// The symbols of present rows while these are read.
struct PresentReading {
    /// By row of a batch, or by number of a column's text.
    private(set) var tenants: [UInt32] = []
    private(set) var users: [UInt32] = []
    private(set) var models: [UInt32] = []
    private var hashes: [UInt64] = []

    /// Columns of which the rows from `nextRow` on are still to be read.
    private(set) var columns = UsageColumns()
    var nextRow = 0
    /// The number of the next row's request id among those that are there.
    var nextRequest = 0
    var timestamps = TimestampParser()

    /// Looks up the names of a batch.
    mutating func lookUp(_ batch: borrowing UsageBatch, in symbols: inout UsageSymbols) {
        let text = batch.text.bytes
        symbols.tenants.symbols(
            of: { $0.tenant }, in: batch.rows, text, hashes: &hashes, into: &tenants)
        symbols.users.symbols(of: { $0.user }, in: batch.rows, text, hashes: &hashes, into: &users)
        symbols.models.symbols(
            of: { $0.model }, in: batch.rows, text, hashes: &hashes, into: &models)
    }

    /// Begins with other columns, and looks up all names in them.
    mutating func begin(_ columns: consuming UsageColumns, in symbols: inout UsageSymbols) {
        self.columns = columns
        nextRow = 0
        nextRequest = 0
        tenants = self.columns.tenants.symbols(in: &symbols.tenants)
        users = self.columns.users.symbols(in: &symbols.users)
        models = self.columns.models.symbols(in: &symbols.models)
        self.columns.timestamps.pad()
        self.columns.requests.pad()
    }
}
