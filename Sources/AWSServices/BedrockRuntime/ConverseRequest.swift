/// A conversation for a model to go on with, in text: what `ConverseStream` is sent.
package struct ConverseRequest: Sendable, Hashable {
    package enum Role: String, Sendable, Hashable, Encodable {
        case user, assistant
    }

    package struct Message: Sendable, Hashable {
        package var role: Role
        /// One block of text each.
        package var texts: [String]

        package init(_ role: Role, _ texts: [String]) {
            self.role = role
            self.texts = texts
        }
    }

    /// The id or the ARN of a model or an inference profile.
    package var model: String
    package var messages: [Message]
    package var system: [String]
    /// Bedrock holds as many tokens of the account's quota; without it, as many as the model can write.
    package var maxTokens: Int
    package var temperature: Double?
    package var topP: Double?
    package var stopSequences: [String]
    /// What Bedrock writes into its own log of the call; see ``isMetadataValue(_:)``.
    package var metadata: [String: String]
    /// The tier to serve the call; nil for the account's own.
    package var serviceTier: String?

    package init(
        model: String, messages: [Message], system: [String] = [], maxTokens: Int,
        temperature: Double? = nil, topP: Double? = nil, stopSequences: [String] = [],
        metadata: [String: String] = [:], serviceTier: String? = nil
    ) {
        self.model = model
        self.messages = messages
        self.system = system
        self.maxTokens = maxTokens
        self.temperature = temperature
        self.topP = topP
        self.stopSequences = stopSequences
        self.metadata = metadata
        self.serviceTier = serviceTier
    }

    /// Whether Bedrock takes a text as a value of ``metadata``: up to 256 letters, digits, blanks and some
    /// marks of ASCII.
    package static func isMetadataValue(_ text: String) -> Bool {
        text.utf8.count <= 256
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), 0x09...0x0d, 0x20:
                    true
                default: "_:@$#=/+,-.".utf8.contains(byte)
                }
            }
    }

    /// The path, in which all of the model's name is one segment: `:` and `/` are encoded.
    var path: String { "/model/\(URIEncoding.encoded(model))/converse-stream" }
}

/// What stands in the request's body.
extension ConverseRequest: Encodable {
    private struct Text: Encodable {
        var text: String
    }
    private struct Turn: Encodable {
        var role: Role
        var content: [Text]
    }
    private struct Inference: Encodable {
        var maxTokens: Int
        var temperature: Double?
        var topP: Double?
        var stopSequences: [String]?
    }
    private struct Tier: Encodable {
        var type: String
    }
    private enum CodingKeys: String, CodingKey {
        case messages, system, inferenceConfig, requestMetadata, serviceTier
    }

    package func encode(to encoder: any Encoder) throws {
        var body = encoder.container(keyedBy: CodingKeys.self)
        try body.encode(
            messages.map { Turn(role: $0.role, content: $0.texts.map { Text(text: $0) }) },
            forKey: .messages)
        if !system.isEmpty {
            try body.encode(system.map { Text(text: $0) }, forKey: .system)
        }
        try body.encode(
            Inference(
                maxTokens: maxTokens, temperature: temperature, topP: topP,
                stopSequences: stopSequences.isEmpty ? nil : stopSequences),
            forKey: .inferenceConfig)
        // Bedrock refuses an object of nothing.
        if !metadata.isEmpty { try body.encode(metadata, forKey: .requestMetadata) }
        if let serviceTier { try body.encode(Tier(type: serviceTier), forKey: .serviceTier) }
    }
}
