internal import BedrockMetering

/// Day files of a lake in S3, asked for before it is their turn to be added up.
struct DaysAhead {
    private let files: [DayFile]
    private let fields: (UsageDay) -> [UsageSchema.Field]
    private let stores: Stores
    private var asked = 0
    private var requests: [DayFile: Task<Result<FetchedDay, PipelineError>, Never>] = [:]
    private var bytes: Int64 = 0

    /// Files that are asked for at once, and bytes that they may have together.
    private static let depth = 8
    private static let maximumBytes: Int64 = 64 << 20

    /// - Parameters:
    ///   - files: the files in the order in which they will be taken.
    ///   - fields: the columns that are needed of a day.
    init(
        _ files: [DayFile], of stores: Stores, fields: @escaping (UsageDay) -> [UsageSchema.Field]
    ) {
        self.files = files
        self.stores = stores
        self.fields = fields
    }

    /// A file as a report reads it.
    mutating func take(_ file: DayFile) async throws(PipelineError) -> FetchedDay {
        ask()
        defer { ask() }
        guard let request = requests.removeValue(forKey: file) else {
            return try await Self.fetch(file, fields(file.day), from: stores).get()
        }
        bytes -= file.object.listed?.size ?? 0
        return try await request.value.get()
    }

    private mutating func ask() {
        while asked < files.count, requests.count < Self.depth,
            requests.isEmpty || bytes < Self.maximumBytes
        {
            let file = files[asked]
            asked += 1
            bytes += file.object.listed?.size ?? 0
            requests[file] = Task { [stores, fields = fields(file.day)] in
                await Self.fetch(file, fields, from: stores)
            }
        }
    }

    /// Forgets what was asked for.
    func cancel() {
        for request in requests.values { request.cancel() }
    }

    private static func fetch(
        _ file: DayFile, _ fields: [UsageSchema.Field], from stores: Stores
    ) async -> Result<FetchedDay, PipelineError> {
        do throws(PipelineError) {
            switch file.format {
            case .json: return .success(.lines(try await stores.open(file.object)))
            case .parquet:
                return .success(
                    .columns(try await FetchedColumns.fetch(fields, of: file, from: stores.remote)))
            }
        } catch {
            return .failure(error)
        }
    }
}

/// What was fetched of a day's file.
enum FetchedDay: Sendable {
    /// JSON lines, of which the beginning has come.
    case lines(any ObjectBody)
    case columns(FetchedColumns)
}
