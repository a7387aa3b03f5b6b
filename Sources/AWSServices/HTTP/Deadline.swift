/// The end of the time that something may take.
enum Deadline {
    /// Does `body`, which is cancelled, and waited for, where it takes longer than `duration`.
    ///
    /// - Throws: ``TransportError/timedOut`` where it does.
    static func within<Result: Sendable>(
        _ duration: Duration, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask(operation: body)
            group.addTask {
                try await Task.sleep(for: duration)
                throw TransportError.timedOut
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw TransportError.timedOut }
            return result
        }
    }
}
