internal import BedrockMetering
internal import Foundation

/// A line of the files that hold intents: a call that is about to be made, or one that is over.
///
/// Such lines are of event types of their own, so that whoever reads the folder finds no usage in them.
enum IntentRecord: Sendable, Hashable {
    case opened(CallIntent)
    case closed(callID: String)

    private static let opened = "bedrock_call_intent"
    private static let closed = "bedrock_call_closed"

    /// One line, with its line feed.
    var bytes: [UInt8] {
        var members: [(name: String, json: String)]
        switch self {
        case .closed(let id):
            members = [
                ("event_type", JSONText.quoted(Self.closed)), ("call_id", JSONText.quoted(id)),
            ]
        case .opened(let intent):
            members = [
                ("timestamp", JSONText.quoted(intent.time.description)),
                ("event_type", JSONText.quoted(Self.opened)),
                ("tenant_id", JSONText.quoted(intent.tenant.rawValue)),
                ("user_id", JSONText.quoted(intent.user.rawValue)),
                ("model_id", JSONText.quoted(intent.model.rawValue)),
                ("call_id", JSONText.quoted(intent.callID)),
                ("microseconds", String(intent.time.microseconds)),
                ("estimated_input_tokens", String(intent.estimatedInput)),
                ("estimated_output_tokens", String(intent.estimatedOutput)),
            ]
        }
        return JSONText.line(members) + [UInt8(ascii: "\n")]
    }

    private struct Members: Decodable {
        var event_type: String
        var tenant_id: String?
        var user_id: String?
        var model_id: String?
        var call_id: String
        var microseconds: Int64?
        var estimated_input_tokens: Int64?
        var estimated_output_tokens: Int64?
    }

    /// Nil if the line is no such record.
    init?(_ line: some Sequence<UInt8>) {
        guard let members = try? JSONDecoder().decode(Members.self, from: Data(line)) else {
            return nil
        }
        if members.event_type == Self.closed {
            self = .closed(callID: members.call_id)
            return
        }
        guard members.event_type == Self.opened, let time = members.microseconds,
            let tenant = members.tenant_id, let user = members.user_id,
            let model = members.model_id, let input = members.estimated_input_tokens,
            let output = members.estimated_output_tokens
        else { return nil }
        self = .opened(
            CallIntent(
                callID: members.call_id, time: EventTime(microseconds: time),
                tenant: TenantID(tenant), user: UserID(user), model: ModelID(model),
                estimatedInput: input, estimatedOutput: output))
    }
}
