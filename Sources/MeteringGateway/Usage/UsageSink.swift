/// What takes lines for good.
package protocol UsageSink: Sendable {
    /// As messages name it.
    var name: String { get }

    /// Delivers lines, in order, and returns when they are there.
    ///
    /// - Returns: the indices of those that it will never take, in order.
    /// - Throws: if it did not answer, or refused all; some may be there all the same.
    func deliver(_ events: [UsageEvent]) async throws -> [Int]
}
