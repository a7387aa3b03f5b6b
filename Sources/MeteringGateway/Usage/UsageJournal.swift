/// Where calls leave their intents and lines, each kept before the call goes on.
package protocol UsageJournal: Sendable {
    /// Whether an intent is kept here. Where it is not, the reservation in a durable store is the intent.
    var keepsIntents: Bool { get }

    /// Keeps what is known of a call before it is made.
    ///
    /// - Throws: ``UsageError`` if that cannot be; the call must not be made then.
    func begin(_ intent: CallIntent) async throws(UsageError)

    /// Keeps the line of a call, which is over, before its answer ends.
    ///
    /// - Throws: ``UsageError`` if nothing has taken it: the answer must not be given.
    func record(_ event: UsageEvent, of intent: CallIntent) async throws(UsageError)

    /// Says that a call leaves no line: Bedrock has not served it.
    func cancel(_ intent: CallIntent) async

    /// Takes nothing more, and waits for a while for what is on its way.
    func stop() async
}

/// Why an intent or a line is not kept.
package struct UsageError: Error, Sendable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}
