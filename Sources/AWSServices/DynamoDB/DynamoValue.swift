/// The value of an attribute, of the kinds that are in use here.
package enum DynamoValue: Sendable, Hashable {
    case string(String)
    /// A whole number; DynamoDB itself has decimal ones of 38 digits.
    case number(Int64)
}

/// An item, or a part of one, by its attributes' names.
package typealias DynamoItem = [String: DynamoValue]

extension DynamoValue {
    package var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    package var number: Int64? {
        guard case .number(let number) = self else { return nil }
        return number
    }
}

extension DynamoValue: Codable {
    private enum CodingKeys: String, CodingKey {
        case string = "S"
        case number = "N"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let text = try container.decodeIfPresent(String.self, forKey: .string) {
            self = .string(text)
            return
        }
        guard let number = Int64(try container.decode(String.self, forKey: .number)) else {
            throw DecodingError.dataCorruptedError(
                forKey: .number, in: container, debugDescription: "no whole number")
        }
        self = .number(number)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .string(let text): try container.encode(text, forKey: .string)
        case .number(let number): try container.encode(String(number), forKey: .number)
        }
    }
}
