/// What a client asks of a model, by whichever door.
package struct ChatRequest: Sendable, Equatable {
    package enum Role: Sendable, Equatable {
        case user, assistant
    }

    /// What one side says, in one or several pieces.
    package struct Message: Sendable, Equatable {
        package var role: Role
        package var texts: [String]

        package init(_ role: Role, _ texts: [String]) {
            self.role = role
            self.texts = texts
        }
    }

    /// The alias; nil for the default.
    package var model: String?
    package var system: [String] = []
    package var messages: [Message]
    /// Nil for as many as a call may have.
    package var maxTokens: Int?
    package var temperature: Double?
    package var topP: Double?
    package var stopSequences: [String] = []

    package init(messages: [Message]) {
        self.messages = messages
    }

    /// What the call is expected to use of input at most: a token of any language has three bytes or more
    /// nearly always, and each message brings a few of its own.
    package var estimatedInputTokens: Int64 {
        let texts = system + messages.flatMap(\.texts)
        let bytes = texts.reduce(0) { $0 + $1.utf8.count }
        return Int64((bytes + 2) / 3 + 16 * messages.count)
    }
}
