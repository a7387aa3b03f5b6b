/// Work that mostly waits for answers from elsewhere, a few at a time.
package enum Ahead {
    private static let depth = 16

    /// The results of `body` for all elements, in their order.
    package static func map<Element: Sendable, Result: Sendable>(
        _ elements: [Element], _ body: @escaping @Sendable (Element) async -> Result
    ) async -> [Result] {
        await withTaskGroup(of: (index: Int, result: Result).self) { group in
            var results = [Result?](repeating: nil, count: elements.count)
            for (index, element) in elements.enumerated() {
                if index >= depth, let done = await group.next() {
                    results[done.index] = done.result
                }
                group.addTask { (index, await body(element)) }
            }
            for await done in group { results[done.index] = done.result }
            return results.compactMap { $0 }
        }
    }
}
