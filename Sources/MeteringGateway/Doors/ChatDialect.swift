/// How a door speaks: what its requests mean, and how its answers and errors look.
protocol ChatDialect: Sendable {
    /// What is asked for.
    ///
    /// - Throws: ``CallError``, by the field that is wrong.
    func request(_ body: JSONValue) throws(CallError) -> DialectRequest
    /// The whole answer, as JSON.
    func answer(_ call: RunningCall, text: String, _ answer: CallAnswer, _ asked: DialectRequest)
        -> String
    /// What comes before the first piece of text; JSON each.
    func beginning(_ call: RunningCall, _ asked: DialectRequest) -> [String]
    /// A piece of text, as JSON.
    func piece(_ call: RunningCall, _ text: String, _ asked: DialectRequest) -> String
    /// What comes after the last piece of text; JSON each.
    func ending(_ call: RunningCall, _ answer: CallAnswer, _ asked: DialectRequest) -> [String]
    /// An error, as JSON.
    func error(_ error: CallError) -> String
}

/// A request of a client, and how it wants its answer.
struct DialectRequest: Sendable, Equatable {
    var chat: ChatRequest
    var streams = false
    /// Whether the answer says what was used.
    var wantsUsage = false
}
