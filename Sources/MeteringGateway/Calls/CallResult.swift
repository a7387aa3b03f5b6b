package import AWSServices

/// How a call ended.
package enum CallResult: Sendable, Equatable {
    /// The model's answer is whole, and its usage is durable.
    case answered(CallAnswer)
    case failed(CallError)
}

/// What is told of an answer besides its text.
package struct CallAnswer: Sendable, Equatable {
    package let usage: ConverseUsage
    /// Bedrock's word for why the model stopped.
    package let stopReason: String?

    package init(usage: ConverseUsage, stopReason: String?) {
        self.usage = usage
        self.stopReason = stopReason
    }
}
